#ifndef ETALON_COMMON_SPEC_OVERRIDES_H_
#define ETALON_COMMON_SPEC_OVERRIDES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/spec/yaml_tree.h"

namespace etalon {

// Applies one "path=value" of --set to the tree. The path is as
// common/spec/tree_path.h has it; in a list an item can also be named by its
// `name`, "stages.coarse". Keys that are not there are added; whether they are
// valid is the reader's to say. The value is YAML.
// INVALID_ARGUMENT: names the flag and what is wrong with it.
absl::Status ApplyOverride(absl::string_view override_text, YamlNode& root);

}  // namespace etalon

#endif  // ETALON_COMMON_SPEC_OVERRIDES_H_
