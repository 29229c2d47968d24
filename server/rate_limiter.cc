#include "server/rate_limiter.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace etalon {
namespace {

// Between two looks at all peers, which takes a moment where there are many.
constexpr absl::Duration kSweepInterval = absl::Minutes(1);

const char* Noun(CallKind kind) {
  switch (kind) {
    case CallKind::kCreate:
      return "new searches";
    case CallKind::kRegister:
      return "registrations";
    case CallKind::kPlan:
      return "plans";
    case CallKind::kOther:
      return "calls";
  }
  return "calls";
}

}  // namespace

RateLimiter::Buckets RateLimiter::Full(absl::Duration now) const {
  Buckets buckets;
  for (size_t i = 0; i < kCallKinds; ++i) buckets[i] = {limits_[i].burst, now};
  return buckets;
}

void RateLimiter::Refill(CallKind kind, Bucket& bucket,
                         absl::Duration now) const {
  const RateLimit& limit = limits_[static_cast<size_t>(kind)];
  const double more =
      limit.per_second * absl::ToDoubleSeconds(now - bucket.when);
  bucket = {std::min(limit.burst, bucket.calls + more), now};
}

absl::Status RateLimiter::Take(absl::string_view peer, CallKind kind) {
  const size_t index = static_cast<size_t>(kind);
  const absl::Duration now = clock_.Monotonic();
  {
    MutexLock lock(mutex_);
    if (now - swept_ >= kSweepInterval) Sweep(now);
    auto found = peers_.find(peer);
    if (found == peers_.end()) {
      found = peers_.emplace(std::string(peer), Full(now)).first;
    }
    Bucket& bucket = found->second[index];
    Refill(kind, bucket, now);
    if (bucket.calls >= 1) {
      bucket.calls -= 1;
      return absl::OkStatus();
    }
  }
  return absl::ResourceExhaustedError(absl::StrCat(
      peer, " makes too many ", Noun(kind), ": ", limits_[index].per_second,
      " a second are answered, after ", limits_[index].burst, " at once"));
}

// Forgets the peers all of whose buckets are full: new ones would be no other.
void RateLimiter::Sweep(absl::Duration now) {
  swept_ = now;
  absl::erase_if(peers_, [&](auto& peer) {
    for (size_t i = 0; i < kCallKinds; ++i) {
      Refill(static_cast<CallKind>(i), peer.second[i], now);
      if (peer.second[i].calls < limits_[i].burst) return false;
    }
    return true;
  });
}

size_t RateLimiter::peers() const {
  MutexLock lock(mutex_);
  return peers_.size();
}

}  // namespace etalon
