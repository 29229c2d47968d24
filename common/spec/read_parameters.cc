#include "common/spec/read_parameters.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"

namespace etalon {
namespace {

// The two bounds of "[a, b]"; a problem when there are not two.
std::optional<std::pair<Field, Field>> ReadBounds(const Field& field) {
  const auto items = ReadList(field);
  if (!items.has_value()) return std::nullopt;
  if (items->size() != 2) {
    field.Fail("must be two bounds, [lowest, highest]");
    return std::nullopt;
  }
  return std::pair((*items)[0], (*items)[1]);
}

void ReadDoubleRange(const Field& field, v1::Parameter::Scale scale,
                     v1::Parameter::DoubleRange& range) {
  range.set_scale(scale);
  const auto bounds = ReadBounds(field);
  if (!bounds.has_value()) return;
  if (const auto minimum = ReadNumber(bounds->first)) {
    range.set_minimum(*minimum);
  }
  if (const auto maximum = ReadNumber(bounds->second)) {
    range.set_maximum(*maximum);
  }
}

void ReadIntegerRange(const Field& field, v1::Parameter::IntegerRange& range) {
  const auto bounds = ReadBounds(field);
  if (!bounds.has_value()) return;
  if (const auto minimum = ReadInt64(bounds->first)) {
    range.set_minimum(*minimum);
  }
  if (const auto maximum = ReadInt64(bounds->second)) {
    range.set_maximum(*maximum);
  }
}

// Hidden layers, written as a list of their units or in the notation of tables:
// [50, 30] is "50-30", and [] is "none".
std::optional<std::string> ReadLayers(const Field& field) {
  if (field.node->kind != YamlNode::Kind::kSequence) return ReadText(field);
  const auto items = ReadList(field);
  std::vector<int32_t> layers;
  for (const Field& item : *items) {
    const auto units = ReadInt32(item);
    if (!units.has_value()) return std::nullopt;
    layers.push_back(*units);
  }
  return layers.empty() ? "none" : absl::StrJoin(layers, "-");
}

// All of one kind: whole numbers, numbers as soon as one has a point or an
// exponent, text as soon as one is none. `parameter` decides where it can:
// lambda and eta are never whole, and hidden layers are text.
void ReadValues(
    const std::vector<Field>& items, const std::string& parameter,
    google::protobuf::RepeatedPtrField<v1::ParameterValue>& values) {
  const auto all = [&](bool (*looks_like)(const YamlNode&)) {
    return std::all_of(items.begin(), items.end(), [&](const Field& item) {
      return looks_like(*item.node);
    });
  };
  const bool layers = parameter == "network.hidden";
  const bool real = parameter == "lambda" || parameter == "eta";
  const bool integers = !real && !layers && all(LooksLikeInteger);
  const bool numbers = real || (!layers && all(LooksLikeNumber));
  for (const Field& item : items) {
    v1::ParameterValue& value = *values.Add();
    if (integers) {
      if (const auto integer = ReadInt64(item)) value.set_integer(*integer);
    } else if (numbers) {
      if (const auto number = ReadNumber(item)) value.set_number(*number);
    } else if (const auto text = layers ? ReadLayers(item) : ReadText(item)) {
      value.set_text(*text);
    }
  }
}

void ReadCategories(const Field& field, const std::string& parameter,
                    v1::Parameter::Categories& categories) {
  const auto items = ReadList(field);
  if (!items.has_value()) return;
  if (items->empty()) field.Fail("must have at least one value");
  ReadValues(*items, parameter, *categories.mutable_values());
}

// {optimizer: sgd} or {optimizer: [adam, adamw]}: one other parameter, and what
// it must be.
void ReadCondition(const Field& field, v1::Parameter::Condition& condition) {
  MapReader map(field);
  const std::vector<Field> entries = map.Rest();
  if (entries.size() != 1) {
    if (field.node->kind == YamlNode::Kind::kMap) {
      field.Fail("must name one other parameter and its values");
    }
    return;
  }
  condition.set_parameter(field.node->entries[0].key);
  const Field& value = entries[0];
  const auto items = value.node->kind == YamlNode::Kind::kSequence
                         ? ReadList(value)
                         : std::vector<Field>{value};
  ReadValues(*items, condition.parameter(), *condition.mutable_values());
}

void ReadParameter(const Field& field, v1::Parameter& parameter) {
  MapReader map(field);
  map.FindOne({"log", "linear", "values", "integer"}, true);
  if (const auto log = map.Find("log")) {
    ReadDoubleRange(*log, v1::Parameter::LOG,
                    *parameter.mutable_double_range());
  }
  if (const auto linear = map.Find("linear")) {
    ReadDoubleRange(*linear, v1::Parameter::LINEAR,
                    *parameter.mutable_double_range());
  }
  if (const auto values = map.Find("values")) {
    ReadCategories(*values, parameter.name(), *parameter.mutable_categories());
  }
  if (const auto integer = map.Find("integer")) {
    v1::Parameter::IntegerRange& range = *parameter.mutable_integer_range();
    ReadIntegerRange(*integer, range);
    if (const auto scale = map.Find("scale")) {
      constexpr v1::Parameter::Scale kValues[] = {v1::Parameter::LINEAR,
                                                  v1::Parameter::LOG};
      if (const auto choice = ReadChoice(*scale, {"linear", "log"})) {
        range.set_scale(kValues[*choice]);
      }
    }
  }
  if (const auto when = map.Find("when")) {
    ReadCondition(*when, *parameter.mutable_when());
  }
  map.Finish();
}

}  // namespace

void ReadParameters(
    const Field& field,
    google::protobuf::RepeatedPtrField<v1::Parameter>& parameters) {
  MapReader map(field);
  const std::vector<Field> entries = map.Rest();
  for (size_t i = 0; i < entries.size(); ++i) {
    v1::Parameter& parameter = *parameters.Add();
    parameter.set_name(field.node->entries[i].key);
    ReadParameter(entries[i], parameter);
  }
}

}  // namespace etalon
