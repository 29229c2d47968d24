#include "client/spec/tree_path.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
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
};

bool IsPathCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.' ||
         c == '[' || c == ']';
}

const YamlNode* Item(const YamlNode& node, size_t index) {
  if (index < node.items.size()) return &node.items[index];
  // Parameters are a list in the definition and a map in the file.
  if (index < node.entries.size()) return &node.entries[index].value;
  return nullptr;
}

const YamlNode* Descend(const TreeStep& step, const YamlNode& node) {
  if (step.index.has_value()) return Item(node, *step.index);
  if (const YamlNode* const child = node.Find(step.key)) return child;
  for (const auto& [definition_key, file_key] : kFileKeys) {
    if (step.key != definition_key) continue;
    if (const YamlNode* const child = node.Find(file_key)) return child;
  }
  // A list in the file is a message that holds one in the definition.
  if (step.key == "values" && node.kind == YamlNode::Kind::kSequence) {
    return &node;
  }
  if (step.key == "minimum") return Item(node, 0);
  if (step.key == "maximum") return Item(node, 1);
  return nullptr;
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
  absl::ConsumePrefix(&path, "spec.");
  while (absl::ConsumeSuffix(&path, ".")) {
  }
  const auto steps = ParseTreePath(path);
  if (!steps.has_value()) return std::nullopt;
  const YamlNode* node = &root;
  for (const TreeStep& step : *steps) {
    const YamlNode* const next = Descend(step, *node);
    if (next == nullptr) break;
    node = next;
  }
  if (node == &root) return std::nullopt;
  return node->where;
}

}  // namespace etalon
