#include "client/records/parameter_columns.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "client/output/text.h"

namespace etalon {
namespace {

std::string LastStep(const std::string& name) {
  return name.substr(name.rfind('.') + 1);
}

// What tables call the parameter: the last part of its name, unless another's
// is the same.
std::string Title(const v1::SearchSpec& spec, const std::string& name) {
  const auto same =
      std::count_if(spec.parameters().begin(), spec.parameters().end(),
                    [&name](const v1::Parameter& other) {
                      return LastStep(other.name()) == LastStep(name);
                    });
  return Printable(same == 1 ? LastStep(name) : name);
}

Display DisplayOf(const v1::Parameter& parameter) {
  if (parameter.has_double_range()) return Display::kSignificant;
  if (parameter.has_integer_range()) return Display::kNumber;
  const auto& values = parameter.categories().values();
  if (values.empty() || values[0].has_text()) return Display::kText;
  return values[0].has_integer() ? Display::kNumber : Display::kSignificant;
}

}  // namespace

ParameterColumns::ParameterColumns(const v1::SearchSpec& spec,
                                   const std::vector<Column>& columns)
    : columns_(columns) {
  const auto place = std::find_if(
      columns_.begin(), columns_.end(),
      [](const Column& column) { return column.name == "parameters"; });
  std::vector<Column> added;
  for (const v1::Parameter& parameter : spec.parameters()) {
    if (parameter.name() == "lambda" || parameter.name() == "eta") continue;
    Column& column = added.emplace_back();
    column.name = parameter.name();
    column.title = Title(spec, parameter.name());
    column.display = DisplayOf(parameter);
    column.rank = 1;
  }
  begin_ = static_cast<size_t>(place - columns_.begin());
  count_ = added.size();
  columns_.insert(place, std::make_move_iterator(added.begin()),
                  std::make_move_iterator(added.end()));
}

Row ParameterColumns::Apply(Row row, const Assignments& parameters) const {
  std::vector<Cell> added;
  for (size_t i = begin_; i < begin_ + count_; ++i) {
    added.push_back(FindParameter(parameters, columns_[i].name));
  }
  row.cells.insert(row.cells.begin() + static_cast<std::ptrdiff_t>(begin_),
                   std::make_move_iterator(added.begin()),
                   std::make_move_iterator(added.end()));
  return row;
}

}  // namespace etalon
