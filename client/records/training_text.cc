#include "client/records/training_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/output/json_writer.h"
#include "client/output/numbers.h"
#include "client/records/message_json.h"

namespace etalon {
namespace {

// Renames `from` and keeps its place.
Json Renamed(const Json& object, const char* from, const char* to) {
  Json renamed = Json::object();
  for (const auto& [key, value] : object.items()) {
    renamed[key == from ? to : key] = value;
  }
  return renamed;
}

// Lists are messages in the definition.
void Unwrap(Json& object, const char* key) {
  if (!object.contains(key)) return;
  object[key] = object[key].value("values", Json::array());
}

void Lower(Json& object, const char* key, absl::string_view prefix) {
  if (!object.contains(key)) return;
  const std::string value = object[key].get<std::string>();
  object[key] = absl::AsciiStrToLower(absl::StripPrefix(value, prefix));
}

void SpellNetwork(Json& network) {
  Unwrap(network, "hidden");
  Lower(network, "activation", "");
  if (!network.contains("initialization")) return;
  Json& scheme = network["initialization"];
  if (scheme.contains("xavier")) scheme = "xavier";
  if (scheme.contains("he")) scheme = "he";
  network = Renamed(network, "initialization", "init");
}

void SpellOptimizer(Json& optimizer) {
  if (!optimizer.contains("adam")) return;
  const bool decoupled = optimizer["adam"].value("decoupled", false);
  optimizer["adam"].erase("decoupled");
  if (decoupled) optimizer = Renamed(optimizer, "adam", "adamw");
}

// From protobuf's form to the file's.
Json Spell(const v1::Training& training) {
  Json json = MessageToJson(training);
  if (json.contains("dataset")) {
    Json& dataset = json["dataset"];
    Unwrap(dataset, "batches");
    Unwrap(dataset, "validation_batches");
    // Text in protobuf's JSON, which has no 64-bit numbers.
    if (dataset.contains("seed")) dataset["seed"] = training.dataset().seed();
  }
  if (json.contains("network")) SpellNetwork(json["network"]);
  if (json.contains("optimizer")) SpellOptimizer(json["optimizer"]);
  Lower(json, "precision", "");
  Lower(json, "keep_model", "KEEP_");
  return Renamed(Renamed(json, "evaluation", "evaluate"), "augmentation",
                 "augment");
}

// Text that YAML reads as text without quotes, and not as a number.
bool IsPlain(const std::string& text) {
  return !text.empty() && absl::ascii_isalpha(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '_' || c == '-';
         });
}

// YAML's flow style.
std::string Flow(const Json& value) {
  std::vector<std::string> items;
  if (value.is_array()) {
    for (const Json& item : value) items.push_back(Flow(item));
    return absl::StrCat("[", absl::StrJoin(items, ", "), "]");
  }
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      items.push_back(absl::StrCat(key, ": ", Flow(item)));
    }
    return absl::StrCat("{", absl::StrJoin(items, ", "), "}");
  }
  if (value.is_number_float()) return FormatExact(value.get<double>());
  if (value.is_string() && IsPlain(value.get<std::string>())) {
    return value.get<std::string>();
  }
  return DumpJson(value, false);
}

}  // namespace

std::vector<std::string> TrainingLines(const v1::Training& training,
                                       size_t indent) {
  std::vector<std::string> lines;
  const Json spelt = Spell(training);
  for (const auto& [key, value] : spelt.items()) {
    lines.push_back(
        absl::StrCat(std::string(indent, ' '), key, ": ", Flow(value)));
  }
  return lines;
}

}  // namespace etalon
