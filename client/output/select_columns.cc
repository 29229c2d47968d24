#include "client/output/select_columns.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/suggest.h"

namespace etalon {

absl::StatusOr<ColumnSelection> ColumnSelection::Create(
    const std::vector<Column>& columns, const std::vector<std::string>& names) {
  ColumnSelection selection;
  std::vector<std::string> known;
  for (const Column& column : columns) known.push_back(column.name);
  for (const std::string& name : names.empty() ? known : names) {
    const size_t position =
        std::find(known.begin(), known.end(), name) - known.begin();
    if (position == known.size()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--columns: no column '", name, "'; ", Suggest(name, known)));
    }
    Column column = columns[position];
    if (!names.empty()) column.hidden = false;
    selection.columns_.push_back(column);
    selection.positions_.push_back(position);
  }
  return selection;
}

Row ColumnSelection::Apply(const Row& row) const {
  Row selected{row.name, {}};
  for (const size_t position : positions_) {
    selected.cells.push_back(row.cells[position]);
  }
  return selected;
}

}  // namespace etalon
