#include "common/spec/tree_path.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace etalon {
namespace {

// Names of the definition that the file calls otherwise.
constexpr std::pair<const char*, const char*> kFileKeys[] = {
    {"evaluation", "evaluate"}, {"augmentation", "augment"},
    {"initialization", "init"}, {"double_range", "log"},
    {"double_range", "linear"}, {"integer_range", "integer"},
    {"categories", "values"},   {"adam", "adamw"},
    {"race", "replicates"},
};

bool IsPathCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.' ||
         c == '[' || c == ']';
}

// A value of the file and the path that leads there.
struct Place {
  const YamlNode* node;
  std::string path;
};

std::optional<Place> Item(const Place& place, size_t index) {
  const YamlNode& node = *place.node;
  if (index < node.items.size()) {
    return Place{&node.items[index], absl::StrCat(place.path, "[", index, "]")};
  }
  // Parameters are a list in the definition and a map in the file.
  if (index < node.entries.size()) {
    return Place{&node.entries[index].value,
                 absl::StrCat(place.path, ".", node.entries[index].key)};
  }
  return std::nullopt;
}

std::optional<Place> Child(const Place& place, const std::string& key) {
  const YamlNode* const child = place.node->Find(key);
  if (child == nullptr) return std::nullopt;
  return Place{child,
               place.path.empty() ? key : absl::StrCat(place.path, ".", key)};
}

std::optional<Place> Descend(const TreeStep& step, const Place& place) {
  if (step.index.has_value()) return Item(place, *step.index);
  if (const auto child = Child(place, step.key)) return child;
  for (const auto& [definition_key, file_key] : kFileKeys) {
    if (step.key != definition_key) continue;
    if (const auto child = Child(place, file_key)) return child;
  }
  // A list in the file is a message that holds one in the definition.
  if (step.key == "values" && place.node->kind == YamlNode::Kind::kSequence) {
    return place;
  }
  // Points by parameter likewise, which are a map in the file.
  if (step.key == "points" && place.node->kind == YamlNode::Kind::kMap) {
    return place;
  }
  // A condition is a parameter and its values in the definition, and a map of
  // one entry in the file.
  if ((step.key == "values" || step.key == "parameter") &&
      place.node->entries.size() == 1) {
    return Item(place, 0);
  }
  if (step.key == "minimum") return Item(place, 0);
  if (step.key == "maximum") return Item(place, 1);
  return std::nullopt;
}

// What the file could call a step that is not in it.
std::string Spelling(const TreeStep& step) {
  if (step.index.has_value()) return absl::StrCat("[", *step.index, "]");
  for (const auto& [definition_key, file_key] : kFileKeys) {
    if (step.key == definition_key) return absl::StrCat(".", file_key);
  }
  return absl::StrCat(".", step.key);
}

}  // namespace

std::optional<std::vector<TreeStep>> ParseTreePath(absl::string_view path) {
  std::vector<TreeStep> steps;
  for (const absl::string_view part : absl::StrSplit(path, '.')) {
    const size_t bracket = part.find('[');
    if (part.empty() || bracket == 0) return std::nullopt;
    steps.push_back({std::string(part.substr(0, bracket)), std::nullopt});
    if (bracket == absl::string_view::npos) continue;
    absl::string_view index_text = part.substr(bracket + 1);
    size_t index = 0;
    if (!absl::ConsumeSuffix(&index_text, "]") ||
        !absl::SimpleAtoi(index_text, &index)) {
      return std::nullopt;
    }
    steps.push_back({"", index});
  }
  return steps;
}

std::optional<std::string> Locate(absl::string_view message,
                                  const YamlNode& root) {
  const auto end =
      std::find_if_not(message.begin(), message.end(), IsPathCharacter);
  absl::string_view path = message.substr(0, end - message.begin());
  while (absl::ConsumeSuffix(&path, ".")) {
  }
  const size_t path_end = path.size();
  absl::ConsumePrefix(&path, "spec.");
  const auto steps = ParseTreePath(path);
  if (!steps.has_value()) return std::nullopt;
  Place place = {&root, ""};
  size_t found = 0;
  while (found < steps->size()) {
    std::optional<Place> next = Descend((*steps)[found], place);
    if (!next.has_value()) break;
    place = *std::move(next);
    ++found;
  }
  if (found == 0) return std::nullopt;
  std::string file_path = place.path;
  // A plain value in the file may be a message in the definition.
  if (place.node->kind != YamlNode::Kind::kScalar) {
    for (; found < steps->size(); ++found) {
      file_path += Spelling((*steps)[found]);
    }
  }
  return absl::StrCat(place.node->where, ": ", file_path,
                      message.substr(path_end));
}

}  // namespace etalon
