#include "common/spec/overrides.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/spec/tree_path.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

// The value that `step` leads to from `node`, made when it is not there; null
// when the step cannot be taken.
YamlNode* Descend(const TreeStep& step, const std::string& where,
                  YamlNode& node) {
  if (step.index.has_value()) {
    const bool there = node.kind == YamlNode::Kind::kSequence &&
                       *step.index < node.items.size();
    return there ? &node.items[*step.index] : nullptr;
  }
  if (node.kind == YamlNode::Kind::kSequence) {
    const auto named = std::find_if(
        node.items.begin(), node.items.end(), [&](const YamlNode& item) {
          const YamlNode* const name = item.Find("name");
          return name != nullptr && name->text == step.key;
        });
    return named == node.items.end() ? nullptr : &*named;
  }
  if (node.kind == YamlNode::Kind::kScalar) return nullptr;
  node.kind = YamlNode::Kind::kMap;
  if (YamlNode* const child = node.Find(step.key)) return child;
  YamlNode child;
  child.where = where;
  node.entries.push_back({step.key, where, std::move(child)});
  return &node.entries.back().value;
}

}  // namespace

absl::Status ApplyOverride(absl::string_view override_text, YamlNode& root) {
  const std::string where = absl::StrCat("--set ", override_text);
  const size_t equals = override_text.find('=');
  const auto steps = ParseTreePath(override_text.substr(0, equals));
  if (equals == absl::string_view::npos || !steps.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat(where,
                     ": must be PATH=VALUE, such as "
                     "training.batch_size=50 or stages[0].replicates=3"));
  }
  YamlNode* node = &root;
  for (const TreeStep& step : *steps) {
    node = Descend(step, where, *node);
    if (node == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(
          where, ": the file has no ", override_text.substr(0, equals)));
    }
  }
  ETALON_ASSIGN_OR_RETURN(*node, ParseYaml(override_text.substr(equals + 1),
                                           where, YamlPositions::kSourceOnly));
  node->where = where;
  return absl::OkStatus();
}

}  // namespace etalon
