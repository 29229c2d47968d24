#include "server/rate_limiter.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "server/open_polls.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::FakeClock;
using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

class RateLimiterTest : public ::testing::Test {
 protected:
  // How many of `tries` are let through.
  int Count(const std::string& peer, CallKind kind, int tries) {
    int through = 0;
    for (int i = 0; i < tries; ++i) through += limiter_.Take(peer, kind).ok();
    return through;
  }

  FakeClock clock_;
  // Creations, registrations, others, plans.
  RateLimiter limiter_{{{{1, 2}, {10, 5}, {100, 200}, {1, 7}}}, clock_};
};

TEST_F(RateLimiterTest, BurstPassesThenTheRateDoes) {
  EXPECT_EQ(Count("a", CallKind::kOther, 1000), 200);
  clock_.Advance(absl::Milliseconds(500));
  EXPECT_EQ(Count("a", CallKind::kOther, 1000), 50);
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(Count("a", CallKind::kOther, 1000), 200);
}

TEST_F(RateLimiterTest, PeersAndKindsDoNotPayForEachOther) {
  EXPECT_EQ(Count("a", CallKind::kOther, 1000), 200);
  EXPECT_EQ(Count("a", CallKind::kRegister, 1000), 5);
  EXPECT_EQ(Count("a", CallKind::kCreate, 1000), 2);
  EXPECT_EQ(Count("a", CallKind::kPlan, 1000), 7);
  EXPECT_EQ(Count("b", CallKind::kOther, 1000), 200);
}

TEST_F(RateLimiterTest, RefusalHasTheFigures) {
  Count("10.0.0.7", CallKind::kRegister, 5);
  EXPECT_THAT(
      limiter_.Take("10.0.0.7", CallKind::kRegister),
      StatusIs(absl::StatusCode::kResourceExhausted,
               AllOf(HasSubstr("10.0.0.7 makes too many registrations"),
                     HasSubstr("10 a second"), HasSubstr("5 at once"))));
}

TEST_F(RateLimiterTest, PeersThatComeAndGoTakeNoMemory) {
  for (int i = 0; i < 1000; ++i) {
    Count(absl::StrCat("peer-", i), CallKind::kOther, 1);
  }
  EXPECT_EQ(limiter_.peers(), 1000u);
  clock_.Advance(absl::Minutes(2));
  Count("another", CallKind::kOther, 1);
  EXPECT_EQ(limiter_.peers(), 1u);
}

TEST_F(RateLimiterTest, OneThatOwesIsNotForgotten) {
  RateLimiter slow({{{0.001, 1}, {1, 1}, {1, 1}}}, clock_);
  ETALON_EXPECT_OK(slow.Take("a", CallKind::kCreate));
  clock_.Advance(absl::Minutes(2));
  EXPECT_FALSE(slow.Take("a", CallKind::kCreate).ok());
}

TEST(OpenPolls, EachPeerHasItsOwnNumber) {
  OpenPolls polls(2);
  auto first = polls.Open("a");
  auto second = polls.Open("a");
  ETALON_EXPECT_OK(first);
  ETALON_EXPECT_OK(second);
  EXPECT_THAT(polls.Open("a"), StatusIs(absl::StatusCode::kResourceExhausted,
                                        HasSubstr("a has 2 calls")));
  ETALON_EXPECT_OK(polls.Open("b"));
  first->reset();
  ETALON_EXPECT_OK(polls.Open("a"));
}

}  // namespace
}  // namespace etalon
