#include "client/output/rows.h"

#include <fmt/format.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/output/numbers.h"
#include "client/output/text.h"

namespace etalon {
namespace {

std::string NumberText(double value, Display display) {
  switch (display) {
    case Display::kSignificant:
      return FormatSignificant(value);
    case Display::kPercent:
      return FormatPercent(value);
    case Display::kSeconds:
      return FormatElapsed(absl::Seconds(value));
    default:
      return FormatExact(value);
  }
}

// "2026-01-31 23:59:59Z", which RFC 3339 allows too.
std::string TimeText(absl::string_view time) {
  const size_t date = time.find('T');
  const size_t fraction = time.find('.');
  if (date == absl::string_view::npos || fraction == absl::string_view::npos ||
      fraction < date) {
    return Printable(time);
  }
  return Printable(absl::StrCat(time.substr(0, date), " ",
                                time.substr(date + 1, fraction - date - 1),
                                "Z"));
}

}  // namespace

Json ToJson(const Cell& cell) {
  return std::visit(
      [](const auto& value) -> Json {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::monostate>) {
          return nullptr;
        } else {
          return value;
        }
      },
      cell);
}

std::string ToText(const Cell& cell, Display display) {
  if (const auto* const number = std::get_if<double>(&cell)) {
    return NumberText(*number, display);
  }
  if (const auto* const integer = std::get_if<int64_t>(&cell)) {
    return fmt::format("{}", *integer);
  }
  if (const auto* const text = std::get_if<std::string>(&cell)) {
    if (display == Display::kTime) return TimeText(*text);
    return Printable(*text);
  }
  if (const auto* const json = std::get_if<Json>(&cell)) {
    return Printable(
        json->dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  return "";
}

}  // namespace etalon
