#ifndef ETALON_CLIENT_RECORDS_PARAMETER_COLUMNS_H_
#define ETALON_CLIENT_RECORDS_PARAMETER_COLUMNS_H_

#include <cstddef>
#include <vector>

#include "client/output/rows.h"
#include "client/records/parameters.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Puts what a search varies besides lambda and eta, which lists always have,
// into a list: a column for each parameter, before the column `parameters`.
class ParameterColumns {
 public:
  // `columns` of the list without them.
  ParameterColumns(const v1::SearchSpec& spec,
                   const std::vector<Column>& columns);

  // All of the list's columns.
  const std::vector<Column>& columns() const { return columns_; }
  // `row` of the list with the parameters of its configuration; an empty cell
  // for those that it does not have.
  Row Apply(Row row, const Assignments& parameters) const;

 private:
  std::vector<Column> columns_;
  size_t begin_ = 0;
  size_t count_ = 0;
};

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_PARAMETER_COLUMNS_H_
