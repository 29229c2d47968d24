#ifndef ETALON_COMMON_SPEC_YAML_TREE_H_
#define ETALON_COMMON_SPEC_YAML_TREE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace etalon {

// A YAML document as it was written: every value knows where it stands, keys
// keep their order and their repeats, and scalars are not interpreted.
struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };
  struct Entry;

  Kind kind = Kind::kNull;
  // "file.yaml:12", or the flag that the value came from.
  std::string where;
  // Of a scalar: its text, and whether it stood in quotes.
  std::string text;
  bool quoted = false;
  // Of a sequence.
  std::vector<YamlNode> items;
  // Of a map; a repeated key has several entries.
  std::vector<Entry> entries;

  // The first entry's value, or null.
  const YamlNode* Find(absl::string_view key) const;
  YamlNode* Find(absl::string_view key);
};

struct YamlNode::Entry {
  std::string key;
  std::string where;
  YamlNode value;
};

// The largest text that ParseYaml looks at, in bytes.
inline constexpr size_t kMaxYamlBytes = 1024 * 1024;

// How a parsed value's position is written.
enum class YamlPositions {
  kLines,       // "source:line"
  kSourceOnly,  // "source": the text is part of a command line
};

// Parses exactly one document. An empty one is a kNull node. Time and memory
// are bounded: aliases are refused, and so are more than 1 MiB, 100 levels or
// 100,000 values.
// INVALID_ARGUMENT: "source:line: what is wrong".
absl::StatusOr<YamlNode> ParseYaml(
    absl::string_view text, absl::string_view source,
    YamlPositions positions = YamlPositions::kLines);

}  // namespace etalon

#endif  // ETALON_COMMON_SPEC_YAML_TREE_H_
