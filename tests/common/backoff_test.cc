#include "common/backoff.h"

#include <gmock/gmock.h>

namespace etalon {
namespace {

Backoff NewBackoff() {
  return Backoff({.initial = absl::Milliseconds(100),
                  .maximum = absl::Seconds(1),
                  .factor = 2.0},
                 RandomStream(1));
}

TEST(Backoff, GrowsToItsMaximumWithJitter) {
  Backoff backoff = NewBackoff();
  absl::Duration ceiling = absl::Milliseconds(100);
  for (int i = 0; i < 10; ++i) {
    const absl::Duration wait = backoff.Next();
    EXPECT_GE(wait, ceiling / 2);
    EXPECT_LE(wait, ceiling);
    ceiling = std::min(ceiling * 2, absl::Seconds(1));
  }
}

TEST(Backoff, IsShortAgainAfterReset) {
  Backoff backoff = NewBackoff();
  for (int i = 0; i < 10; ++i) backoff.Next();
  backoff.Reset();
  EXPECT_LE(backoff.Next(), absl::Milliseconds(100));
}

}  // namespace
}  // namespace etalon
