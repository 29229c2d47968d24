#ifndef ETALON_CLIENT_OUTPUT_SELECT_COLUMNS_H_
#define ETALON_CLIENT_OUTPUT_SELECT_COLUMNS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/output/rows.h"

namespace etalon {

// Some of a list's columns, in an order of the user's.
class ColumnSelection {
 public:
  // `names` of `columns`; all of them when it is empty.
  // INVALID_ARGUMENT: names a column that there is none of, and the nearest.
  static absl::StatusOr<ColumnSelection> Create(
      const std::vector<Column>& columns,
      const std::vector<std::string>& names);

  const std::vector<Column>& columns() const { return columns_; }
  // `row` of all columns, cut down to the selected.
  Row Apply(const Row& row) const;

 private:
  std::vector<Column> columns_;
  std::vector<size_t> positions_;
};

}  // namespace etalon

#endif  // ETALON_CLIENT_OUTPUT_SELECT_COLUMNS_H_
