#include "server/watchdog.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <future>
#include <string>
#include <utility>

#include "common/clock.h"
#include "tests/server/server_fixture.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::ServerFixture;

// Time goes by as far as the watchdog can tell: by `step` with every look at
// it.
class SteppingClock : public Clock {
 public:
  explicit SteppingClock(absl::Duration step) : step_(step) {}
  absl::Time Now() const override { return absl::UnixEpoch(); }
  absl::Duration Monotonic() const override { return ++looks_ * step_; }

 private:
  const absl::Duration step_;
  mutable std::atomic<int> looks_ = 0;
};

class WatchdogTest : public ::testing::Test {
 protected:
  struct Report {
    std::string part;
    absl::Duration silent;
  };

  Watchdog::Options MakeOptions() {
    return {.interval = absl::Milliseconds(1),
            .patience = absl::Seconds(1),
            .report = [this](absl::string_view part, absl::Duration silent) {
              if (!std::exchange(reported_, true)) {
                report_.set_value({std::string(part), silent});
              }
            }};
  }
  // A part that answers, and says when it has been asked `times` times.
  Watchdog::Part Live(int times, std::promise<void>& asked) {
    return {"live", [times, &asked](auto answer) mutable {
              answer();
              if (--times == 0) asked.set_value();
            }};
  }

  bool reported_ = false;
  std::promise<Report> report_;
};

TEST_F(WatchdogTest, PartsThatAnswerAreLeftAlone) {
  std::promise<void> asked;
  {
    const Watchdog watchdog(MakeOptions(), {Live(50, asked)}, SystemClock());
    asked.get_future().wait();
  }
  EXPECT_FALSE(reported_);
}

TEST_F(WatchdogTest, PartThatNeverAnswersIsNamed) {
  Watchdog::Options options = MakeOptions();
  options.patience = absl::Milliseconds(20);
  std::promise<void> asked;
  const Watchdog watchdog(options, {Live(5, asked), {"dead", [](auto) {}}},
                          SystemClock());
  const Report report = report_.get_future().get();
  EXPECT_EQ(report.part, "dead");
  EXPECT_GE(report.silent, absl::Milliseconds(20));
}

TEST_F(WatchdogTest, PartThatStopsAnsweringIsNamed) {
  Watchdog::Options options = MakeOptions();
  options.patience = absl::Milliseconds(20);
  const Watchdog watchdog(options,
                          {{"tired",
                            [left = 10](auto answer) mutable {
                              if (left-- > 0) answer();
                            }}},
                          SystemClock());
  EXPECT_EQ(report_.get_future().get().part, "tired");
}

// The process is stopped for an hour between any two looks: nobody could have
// answered in the meantime.
TEST_F(WatchdogTest, OwnSleepIsNobodysSilence) {
  const SteppingClock clock(absl::Hours(1));
  std::promise<void> asked;
  {
    // Answers every other question only.
    const Watchdog watchdog(MakeOptions(),
                            {Live(50, asked),
                             {"slow",
                              [odd = false](auto answer) mutable {
                                if (odd) answer();
                                odd = !odd;
                              }}},
                            clock);
    asked.get_future().wait();
  }
  EXPECT_FALSE(reported_);
}

TEST_F(WatchdogTest, AnswerThatComesWhenItIsGoneDoesNoHarm) {
  std::function<void()> kept;
  std::promise<void> asked;
  {
    const Watchdog watchdog(MakeOptions(),
                            {{"late",
                              [&](auto answer) {
                                if (!kept) {
                                  kept = answer;
                                  asked.set_value();
                                }
                              }}},
                            SystemClock());
    asked.get_future().wait();
  }
  kept();
}

class ListenerHangsUpTest : public ServerFixture {};

TEST_F(ListenerHangsUpTest, ServerThatLivesDoes) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(ListenerHangsUp(server_->address(), absl::Minutes(1)));
  }
}

TEST_F(ListenerHangsUpTest, SocketThatNobodyReadsDoesNot) {
  ETALON_ASSERT_OK_AND_ASSIGN(const ListeningSocket socket,
                              Listen({"127.0.0.1", 0}));
  EXPECT_FALSE(
      ListenerHangsUp({"127.0.0.1", socket.port}, absl::Milliseconds(50)));
  close(socket.fd);
  EXPECT_FALSE(
      ListenerHangsUp({"127.0.0.1", socket.port}, absl::Milliseconds(50)));
}

TEST(ReachableFromHere, WildcardsAreDialledOnLoopback) {
  EXPECT_EQ(ReachableFromHere({"0.0.0.0", 5}).ToString(), "127.0.0.1:5");
  EXPECT_EQ(ReachableFromHere({"::", 5}).ToString(), "[::1]:5");
  EXPECT_EQ(ReachableFromHere({"10.0.0.1", 5}).ToString(), "10.0.0.1:5");
}

}  // namespace
}  // namespace etalon
