#ifndef ETALON_CLIENT_PICTURES_MAP_TEXT_H_
#define ETALON_CLIENT_PICTURES_MAP_TEXT_H_

#include <string>
#include <vector>

#include "client/output/rows.h"
#include "client/output/terminal.h"
#include "client/pictures/map_points.h"

namespace etalon {

// A map over two parameters for a terminal, no line wider than it: a table of
// cells with the best mean validation accuracy of each, in percent, on its
// colour of the palette where the terminal has colours; "x" where all of a
// cell's configurations diverged or failed, "*" behind the best configuration.
std::vector<std::string> MapLines(const SearchMap& map,
                                  const Terminal& terminal);

// A map over one parameter as a table: rising along the axis.
std::vector<Column> MapColumns(const SearchMap& map);
std::vector<Row> MapRows(const SearchMap& map);

}  // namespace etalon

#endif  // ETALON_CLIENT_PICTURES_MAP_TEXT_H_
