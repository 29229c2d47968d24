// Filters and orders of trials: reading them, and the SQL that is made of them,
// in which nothing of the input may stand. The first line is the order, the
// rest the filter.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "server/filter/parse_filter.h"
#include "storage/sqlite/trial_filter_sql.h"

namespace {

std::vector<etalon::v1::Parameter> MakeParameters() {
  std::vector<etalon::v1::Parameter> parameters(3);
  parameters[0].set_name("lambda");
  parameters[0].mutable_double_range()->set_maximum(1);
  parameters[1].set_name("network.hidden[0]");
  parameters[1].mutable_integer_range()->set_maximum(9);
  parameters[2].set_name("network.activation");
  parameters[2].mutable_categories()->add_values()->set_text("relu");
  return parameters;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const parameters =
      new std::vector<etalon::v1::Parameter>(MakeParameters());
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('\n', 1));
  etalon::ParseTrialOrder(parts.first, *parameters).IgnoreError();
  const absl::StatusOr<etalon::TrialFilter> filter =
      etalon::ParseTrialFilter(parts.second, *parameters);
  if (!filter.ok()) return 0;
  const absl::StatusOr<etalon::sqlite::SqlCondition> sql =
      etalon::sqlite::ToSql(*filter);
  // What is understood can be asked, with a parameter for every value.
  if (!sql.ok() ||
      std::count(sql->text.begin(), sql->text.end(), '?') !=
          static_cast<std::ptrdiff_t>(sql->values.size()) ||
      sql->text.find_first_of("'\";\\") != std::string::npos) {
    __builtin_trap();
  }
  return 0;
}
