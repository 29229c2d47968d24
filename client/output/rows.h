#ifndef ETALON_CLIENT_OUTPUT_ROWS_H_
#define ETALON_CLIENT_OUTPUT_ROWS_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

namespace etalon {

// Keeps the order of keys.
using Json = nlohmann::ordered_json;

// One value of a row; monostate where there is none. Json for what has parts of
// its own.
using Cell = std::variant<std::monostate, int64_t, double, std::string, Json>;

// How people read a column; machines get the value itself.
enum class Display {
  kText,         // left-aligned, may be shortened
  kNumber,       // right-aligned as it is
  kSignificant,  // four significant digits
  kPercent,      // a share
  kSeconds,      // a duration
  kTime,         // RFC 3339 in UTC, to the second
  kState,        // coloured
};

struct Column {
  // The same in every format, and a database view's where it is there too.
  std::string name;
  Display display = Display::kText;
  // Columns with the highest number leave a narrow table first; 0 stays
  // longest.
  int rank = 0;
  // Only in machine formats, and where a table's columns were asked for.
  bool hidden = false;
  // What tables call it, where that is shorter than the name.
  std::string title = {};
};

struct Row {
  // Full resource name, for `-o name`.
  std::string name;
  // One for each column.
  std::vector<Cell> cells;
};

// The value as machines read it; null where there is none.
Json ToJson(const Cell& cell);

// The value as people read it, printable and on one line; empty where there is
// none.
std::string ToText(const Cell& cell, Display display);

}  // namespace etalon

#endif  // ETALON_CLIENT_OUTPUT_ROWS_H_
