#include "storage/sqlite/parameters_json.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status_macros.h"

namespace etalon::sqlite {
namespace {

void AppendString(absl::string_view value, std::string* out) {
  out->push_back('"');
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out->append({'\\', c});
    } else if (absl::ascii_iscntrl(c)) {
      absl::StrAppendFormat(out, "\\u%04x", static_cast<unsigned char>(c));
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

// The shortest text that reads back as the same bits.
std::string FormatNumber(double value) {
  char buffer[32];
  const std::to_chars_result end =
      std::to_chars(buffer, buffer + sizeof(buffer), value);
  std::string text(buffer, end.ptr);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

// Reads the form that ParametersToJson writes, with white space nowhere.
class Parser {
 public:
  explicit Parser(absl::string_view text) : rest_(text) {}

  bool Parse(std::vector<v1::ParameterAssignment>* parameters) {
    if (!Take('{')) return false;
    while (!Take('}')) {
      if (!parameters->empty() && !Take(',')) return false;
      v1::ParameterAssignment& parameter = parameters->emplace_back();
      if (!ParseString(parameter.mutable_name()) || !Take(':') ||
          !ParseValue(parameter.mutable_value())) {
        return false;
      }
    }
    return rest_.empty();
  }

 private:
  bool Take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool ParseString(std::string* out) {
    if (!Take('"')) return false;
    while (!rest_.empty() && rest_[0] != '"') {
      if (Take('\\')) {
        if (!ParseEscape(out)) return false;
      } else {
        out->push_back(rest_[0]);
        rest_.remove_prefix(1);
      }
    }
    return Take('"');
  }

  bool ParseEscape(std::string* out) {
    if (Take('u')) {
      int code = 0;
      if (rest_.size() < 4 || !absl::SimpleHexAtoi(rest_.substr(0, 4), &code) ||
          code > 0x7f) {
        return false;
      }
      out->push_back(static_cast<char>(code));
      rest_.remove_prefix(4);
      return true;
    }
    if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '\\')) return false;
    out->push_back(rest_[0]);
    rest_.remove_prefix(1);
    return true;
  }

  bool ParseValue(v1::ParameterValue* value) {
    if (!rest_.empty() && rest_[0] == '"') {
      return ParseString(value->mutable_text());
    }
    const absl::string_view number = rest_.substr(0, rest_.find_first_of(",}"));
    rest_.remove_prefix(number.size());
    if (number.find_first_of(".e") == absl::string_view::npos) {
      int64_t integer = 0;
      if (!absl::SimpleAtoi(number, &integer)) return false;
      value->set_integer(integer);
      return true;
    }
    double real = 0;
    if (!absl::SimpleAtod(number, &real) || !std::isfinite(real)) return false;
    value->set_number(real);
    return true;
  }

  absl::string_view rest_;
};

}  // namespace

absl::StatusOr<std::string> ParametersToJson(
    absl::Span<const v1::ParameterAssignment> parameters) {
  std::string text = "{";
  for (const v1::ParameterAssignment& parameter : parameters) {
    if (text.size() > 1) text += ',';
    AppendString(parameter.name(), &text);
    text += ':';
    const v1::ParameterValue& value = parameter.value();
    switch (value.kind_case()) {
      case v1::ParameterValue::kNumber:
        if (!std::isfinite(value.number())) {
          return absl::InvalidArgumentError(
              absl::StrCat("parameter '", parameter.name(), "' is ",
                           value.number(), ", not a finite number"));
        }
        text += FormatNumber(value.number());
        break;
      case v1::ParameterValue::kInteger:
        absl::StrAppend(&text, value.integer());
        break;
      case v1::ParameterValue::kText:
        AppendString(value.text(), &text);
        break;
      case v1::ParameterValue::KIND_NOT_SET:
        return absl::InvalidArgumentError(
            absl::StrCat("parameter '", parameter.name(), "' has no value"));
    }
  }
  return text + "}";
}

absl::StatusOr<std::vector<v1::ParameterAssignment>> ParametersFromJson(
    absl::string_view text) {
  std::vector<v1::ParameterAssignment> parameters;
  if (!Parser(text).Parse(&parameters)) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is not an object of parameters"));
  }
  return parameters;
}

}  // namespace etalon::sqlite
