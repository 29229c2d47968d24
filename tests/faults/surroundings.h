#ifndef ETALON_TESTS_FAULTS_SURROUNDINGS_H_
#define ETALON_TESTS_FAULTS_SURROUNDINGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

// Skips the test when its surroundings could not be made, for want of a
// permission or a program; fails it where ETALON_FAULTS_REQUIRED is set, as it
// is where every test is to run.
#define ETALON_NEED_SURROUNDINGS(status_expression)           \
  do {                                                        \
    const absl::Status etalon_status = (status_expression);   \
    if (!etalon_status.ok()) {                                \
      if (std::getenv("ETALON_FAULTS_REQUIRED") != nullptr) { \
        FAIL() << etalon_status.message();                    \
      }                                                       \
      GTEST_SKIP() << etalon_status.message();                \
    }                                                         \
  } while (false)

namespace etalon::testing {

// Surroundings of this test program and of the processes that it starts from
// now on, in namespaces that end with them: nothing else on the machine sees
// any of it. To be called while the program has one thread. Errors say what is
// missing.

// A file system in memory of so many bytes, at `folder`.
absl::Status MountSmallDisk(const std::string& folder, int64_t size_bytes);
// Nothing there can be written any more. No file there may be open for writing.
absl::Status MakeReadOnly(const std::string& folder);

// A network of this test's own, with a loopback interface.
absl::Status EnterNetwork();
// Replaces what its firewall does to packets that arrive: rules of nftables,
// such as "tcp dport 80 drop".
absl::Status SetFirewall(const std::vector<std::string>& rules);

// Processes started from now on, not this one, see the clocks that cannot be
// set (CLOCK_MONOTONIC and CLOCK_BOOTTIME) `seconds` ahead of those of the
// machine.
absl::Status ShiftMonotonicClocks(int64_t seconds);

// An error where the program is not installed.
absl::Status NeedProgram(const std::string& path, const std::string& package);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_FAULTS_SURROUNDINGS_H_
