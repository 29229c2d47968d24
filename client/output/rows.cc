#include "client/output/rows.h"

#include <fmt/format.h>

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
    return Printable(*text);
  }
  if (const auto* const json = std::get_if<Json>(&cell)) {
    return Printable(
        json->dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  return "";
}

}  // namespace etalon
