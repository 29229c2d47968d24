#ifndef ETALON_TESTS_SIMULATION_TRACE_H_
#define ETALON_TESTS_SIMULATION_TRACE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace etalon::testing {

// What happened in a simulated world, line by line: the hash tells two runs
// apart, the lines are for people.
class Trace {
 public:
  explicit Trace(bool keep_lines) : keep_lines_(keep_lines) {}

  void Add(absl::Duration time, absl::string_view what);

  // FNV-1a over all lines.
  uint64_t hash() const { return hash_; }
  // Empty unless they are kept.
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  const bool keep_lines_;
  uint64_t hash_ = 14695981039346656037u;
  std::vector<std::string> lines_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_TRACE_H_
