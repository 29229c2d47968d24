#ifndef ETALON_COMMON_BACKOFF_H_
#define ETALON_COMMON_BACKOFF_H_

#include "absl/time/time.h"
#include "common/random.h"

namespace etalon {

// How long to wait before attempt n+1: exponential growth with full jitter, so
// that workers cut off together do not come back together. Says nothing about
// whether to retry; that is the caller's. Not thread-safe.
class Backoff {
 public:
  struct Options {
    absl::Duration initial = absl::Milliseconds(100);
    absl::Duration maximum = absl::Seconds(5);
    double factor = 2.0;
  };

  Backoff(const Options& options, RandomStream random)
      : options_(options), random_(random), ceiling_(options.initial) {}

  // Uniform between half the present ceiling and the ceiling, which then grows.
  absl::Duration Next();
  // After a success: the next wait is short again.
  void Reset() { ceiling_ = options_.initial; }

 private:
  const Options options_;
  RandomStream random_;
  absl::Duration ceiling_;
};

}  // namespace etalon

#endif  // ETALON_COMMON_BACKOFF_H_
