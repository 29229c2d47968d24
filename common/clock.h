#ifndef ETALON_COMMON_CLOCK_H_
#define ETALON_COMMON_CLOCK_H_

#include "absl/time/time.h"

namespace etalon {

// The two clocks of a process. Only `main` creates the real one; everything
// below takes a `Clock&`. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall-clock time, for people and records only: it may jump either way, so no
  // decision may rest on it.
  virtual absl::Time Now() const = 0;

  // Time since an arbitrary start, never decreasing, counting suspended time
  // (CLOCK_BOOTTIME): what leases are measured by.
  virtual absl::Duration Monotonic() const = 0;
};

// The machine's clocks. The object lives for ever.
Clock& SystemClock();

}  // namespace etalon

#endif  // ETALON_COMMON_CLOCK_H_
