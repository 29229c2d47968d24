#ifndef ETALON_COMMON_SPEC_PROBLEMS_H_
#define ETALON_COMMON_SPEC_PROBLEMS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace etalon {

// What is wrong with a file, all of it, in the order it was found.
class Problems {
 public:
  // "where: path: message"; an empty path is left out.
  void Add(absl::string_view where, absl::string_view path,
           absl::string_view message);

  bool empty() const { return lines_.empty(); }

  // OK when empty; else INVALID_ARGUMENT with one line a problem, cut after
  // fifty of them.
  absl::Status ToStatus() const;

 private:
  std::vector<std::string> lines_;
};

}  // namespace etalon

#endif  // ETALON_COMMON_SPEC_PROBLEMS_H_
