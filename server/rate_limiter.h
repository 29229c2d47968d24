#ifndef ETALON_SERVER_RATE_LIMITER_H_
#define ETALON_SERVER_RATE_LIMITER_H_

#include <array>
#include <cstddef>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/mutex.h"

namespace etalon {

// What a call costs the coordinator, roughly.
enum class CallKind {
  kCreate,    // a search: planned whole, by the one writer
  kRegister,  // a worker: a row that stays for ever
  kOther,
  kPlan,  // a search that is only thought of: some milliseconds of a reader
};
inline constexpr size_t kCallKinds = 4;

struct RateLimit {
  double per_second = 0;
  // May come at once after a silence.
  double burst = 0;
};

// How many calls of each kind a peer may make. A token bucket for each peer and
// kind: full at first, refilled at a steady rate, emptied by calls.
//
// Threads: any. A call costs a lock and a look-up. Buckets that have been full
// again for long are forgotten, so that peers that come and go take no memory.
class RateLimiter {
 public:
  using Limits = std::array<RateLimit, kCallKinds>;  // by CallKind

  // `clock` is borrowed.
  RateLimiter(const Limits& limits, const Clock& clock)
      : limits_(limits), clock_(clock) {}

  // RESOURCE_EXHAUSTED: too many calls, with the figure.
  absl::Status Take(absl::string_view peer, CallKind kind);

  // For tests.
  size_t peers() const;

 private:
  struct Bucket {
    double calls = 0;     // that it holds
    absl::Duration when;  // it held them
  };
  using Buckets = std::array<Bucket, kCallKinds>;

  Buckets Full(absl::Duration now) const;
  // Brings one up to `now`.
  void Refill(CallKind kind, Bucket& bucket, absl::Duration now) const;
  void Sweep(absl::Duration now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Limits limits_;
  const Clock& clock_;
  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, Buckets> peers_ ABSL_GUARDED_BY(mutex_);
  absl::Duration swept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon

#endif  // ETALON_SERVER_RATE_LIMITER_H_
