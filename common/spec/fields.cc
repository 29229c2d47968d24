#include "common/spec/fields.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <system_error>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/suggest.h"

namespace etalon {
namespace {

// What an error repeats of a value.
constexpr size_t kMaxQuoted = 60;

std::string Describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
    case YamlNode::Kind::kScalar:
      break;
  }
  const std::string text = node.text.size() <= kMaxQuoted
                               ? node.text
                               : node.text.substr(0, kMaxQuoted) + "...";
  return node.quoted ? absl::StrCat("\"", text, "\" in quotes")
                     : absl::StrCat("'", text, "'");
}

void FailType(const Field& field, absl::string_view expected) {
  field.Fail(
      absl::StrCat("must be ", expected, ", not ", Describe(*field.node)));
}

// All of `text` as a number of type T, in C's decimal notation; a leading plus
// is allowed.
template <typename T>
std::errc ParseNumber(absl::string_view text, T* value) {
  if (absl::StartsWith(text, "+") && !absl::StartsWith(text, "+-")) {
    text.remove_prefix(1);
  }
  const char* const end = text.data() + text.size();
  const std::from_chars_result result =
      std::from_chars(text.data(), end, *value);
  if (result.ec == std::errc() && result.ptr != end) {
    return std::errc::invalid_argument;
  }
  return result.ec;
}

bool IsNotFinite(absl::string_view text) {
  for (const char* word : {".nan", ".inf", "-.inf", "+.inf", "nan", "inf",
                           "-nan", "-inf", "infinity", "-infinity"}) {
    if (absl::EqualsIgnoreCase(text, word)) return true;
  }
  return false;
}

template <typename T>
std::optional<T> ReadWholeNumber(const Field& field) {
  const YamlNode& node = *field.node;
  if (node.kind != YamlNode::Kind::kScalar || node.quoted) {
    FailType(field, "a whole number");
    return std::nullopt;
  }
  T value = 0;
  const std::errc error = ParseNumber(node.text, &value);
  if (error == std::errc()) return value;
  const bool negative = std::is_unsigned_v<T> && LooksLikeInteger(node);
  if (error == std::errc::result_out_of_range || negative) {
    field.Fail(absl::StrCat("must be between ", std::numeric_limits<T>::min(),
                            " and ", std::numeric_limits<T>::max(), ", not ",
                            Describe(node)));
  } else {
    FailType(field, "a whole number");
  }
  return std::nullopt;
}

}  // namespace

void Field::Fail(absl::string_view message) const {
  problems->Add(node->where, path, message);
}

std::optional<double> ReadNumber(const Field& field) {
  const YamlNode& node = *field.node;
  if (node.kind != YamlNode::Kind::kScalar || node.quoted) {
    FailType(field, "a number");
    return std::nullopt;
  }
  if (IsNotFinite(node.text)) {
    FailType(field, "a finite number");
    return std::nullopt;
  }
  double value = 0;
  const std::errc error = ParseNumber(node.text, &value);
  if (error == std::errc() && std::isfinite(value)) return value;
  FailType(field, error == std::errc::invalid_argument
                      ? "a number"
                      : "a number that a double can hold");
  return std::nullopt;
}

std::optional<int32_t> ReadInt32(const Field& field) {
  return ReadWholeNumber<int32_t>(field);
}
std::optional<int64_t> ReadInt64(const Field& field) {
  return ReadWholeNumber<int64_t>(field);
}
std::optional<uint64_t> ReadUint64(const Field& field) {
  return ReadWholeNumber<uint64_t>(field);
}

std::optional<bool> ReadBool(const Field& field) {
  const YamlNode& node = *field.node;
  if (node.kind == YamlNode::Kind::kScalar && !node.quoted) {
    if (node.text == "true") return true;
    if (node.text == "false") return false;
  }
  FailType(field, "true or false");
  return std::nullopt;
}

std::optional<std::string> ReadText(const Field& field) {
  if (field.node->kind == YamlNode::Kind::kScalar) return field.node->text;
  FailType(field, "text");
  return std::nullopt;
}

std::optional<size_t> ReadChoice(const Field& field,
                                 const std::vector<std::string>& choices) {
  const YamlNode& node = *field.node;
  if (node.kind == YamlNode::Kind::kScalar) {
    const auto found = absl::c_find(choices, node.text);
    if (found != choices.end()) return found - choices.begin();
    field.Fail(absl::StrCat("unknown value ", Describe(node), "; ",
                            Suggest(node.text, choices)));
  } else {
    FailType(field, absl::StrCat("one of ", absl::StrJoin(choices, ", ")));
  }
  return std::nullopt;
}

std::optional<std::vector<Field>> ReadList(const Field& field) {
  if (field.node->kind != YamlNode::Kind::kSequence) {
    FailType(field, "a list");
    return std::nullopt;
  }
  std::vector<Field> items;
  for (size_t i = 0; i < field.node->items.size(); ++i) {
    items.push_back({&field.node->items[i],
                     absl::StrCat(field.path, "[", i, "]"), field.problems});
  }
  return items;
}

bool LooksLikeInteger(const YamlNode& node) {
  int64_t value = 0;
  return node.kind == YamlNode::Kind::kScalar && !node.quoted &&
         ParseNumber(node.text, &value) != std::errc::invalid_argument;
}

bool LooksLikeNumber(const YamlNode& node) {
  double value = 0;
  return node.kind == YamlNode::Kind::kScalar && !node.quoted &&
         (IsNotFinite(node.text) ||
          ParseNumber(node.text, &value) != std::errc::invalid_argument);
}

MapReader::MapReader(const Field& field)
    : field_(field), is_map_(field.node->kind == YamlNode::Kind::kMap) {
  if (!is_map_) {
    FailType(field, "a map");
    return;
  }
  std::set<std::string> seen;
  for (const YamlNode::Entry& entry : field_.node->entries) {
    if (!seen.insert(entry.key).second) {
      field.problems->Add(entry.where, Child(entry).path, "given twice");
    }
  }
}

Field MapReader::Child(const YamlNode::Entry& entry) const {
  return {&entry.value,
          field_.path.empty() ? entry.key
                              : absl::StrCat(field_.path, ".", entry.key),
          field_.problems};
}

std::optional<Field> MapReader::Find(absl::string_view key) {
  // Once, for people to read, however often it is asked for.
  if (!absl::c_linear_search(asked_, key)) asked_.emplace_back(key);
  for (const YamlNode::Entry& entry : field_.node->entries) {
    if (entry.key == key) return Child(entry);
  }
  return std::nullopt;
}

std::optional<Field> MapReader::Require(absl::string_view key) {
  std::optional<Field> found = Find(key);
  if (!found.has_value() && is_map_) {
    field_.Fail(absl::StrCat("'", key, "' is missing"));
  }
  return found;
}

std::optional<Field> MapReader::FindOne(
    std::initializer_list<absl::string_view> keys, bool required) {
  std::optional<Field> first;
  bool several = false;
  for (const absl::string_view key : keys) {
    const std::optional<Field> found = Find(key);
    if (!found.has_value()) continue;
    several = several || first.has_value();
    if (!first.has_value()) first = found;
  }
  if (several || (!first.has_value() && required && is_map_)) {
    field_.Fail(absl::StrCat(several ? "only one" : "one", " of ",
                             absl::StrJoin(keys, ", "),
                             several ? " can be given" : " must be given"));
  }
  return first;
}

std::vector<Field> MapReader::Rest() {
  std::vector<Field> rest;
  for (const YamlNode::Entry& entry : field_.node->entries) {
    if (absl::c_linear_search(asked_, entry.key)) continue;
    rest.push_back(Child(entry));
  }
  rest_is_known_ = true;
  return rest;
}

void MapReader::Finish() {
  if (rest_is_known_) return;
  for (const YamlNode::Entry& entry : field_.node->entries) {
    if (absl::c_linear_search(asked_, entry.key)) continue;
    field_.problems->Add(
        entry.where, Child(entry).path,
        absl::StrCat("unknown key; ", Suggest(entry.key, asked_)));
  }
}

}  // namespace etalon
