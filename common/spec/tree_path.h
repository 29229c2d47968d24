#ifndef ETALON_COMMON_SPEC_TREE_PATH_H_
#define ETALON_COMMON_SPEC_TREE_PATH_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/spec/yaml_tree.h"

namespace etalon {

// One step of a path into a tree: a key, or an index.
struct TreeStep {
  std::string key;
  std::optional<size_t> index;
};

// The steps of "stages[1].refine.from": keys between dots, each with at most
// one index behind it. Nothing when it is malformed.
std::optional<std::vector<TreeStep>> ParseTreePath(absl::string_view path);

// `message`, an error of the coordinator, in the file's terms. Such messages
// begin with a path in the definition's terms
// ("parameters[0].double_range.minimum: too low"); the answer begins with the
// position of the longest part of it that is in the tree, and the path as the
// file spells it ("search.yaml:4: parameters.lambda.log[0]: too low"). Nothing
// when the message does not begin with a path into the tree.
std::optional<std::string> Locate(absl::string_view message,
                                  const YamlNode& root);

}  // namespace etalon

#endif  // ETALON_COMMON_SPEC_TREE_PATH_H_
