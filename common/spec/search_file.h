#ifndef ETALON_COMMON_SPEC_SEARCH_FILE_H_
#define ETALON_COMMON_SPEC_SEARCH_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/spec/yaml_tree.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// What the command line lays over a search file.
struct SearchFileOverrides {
  // Replaces the file's `name`; empty leaves it.
  std::string name;
  // "path=value" each, in order (common/spec/overrides.h).
  std::vector<std::string> set;
};

// A search file that was read without a problem.
struct SearchFile {
  v1::SearchSpec spec;
  // What it was read from, for the positions of later problems.
  YamlNode tree;
};

// Reads a search file's text; `source` names it in problems. Everything that is
// wrong is reported at once. Ranges and references between stages are the
// coordinator's to check: it alone knows them all.
// INVALID_ARGUMENT: one line a problem, "file.yaml:12: path: what is wrong".
absl::StatusOr<SearchFile> ReadSearchFile(absl::string_view text,
                                          absl::string_view source,
                                          const SearchFileOverrides& overrides);

}  // namespace etalon

#endif  // ETALON_COMMON_SPEC_SEARCH_FILE_H_
