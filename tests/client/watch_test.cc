#include "client/progress/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "common/clock.h"
#include "tests/client/command_line_fixture.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CommandLineFixture;
using ::etalon::testing::CommandResult;
using ::etalon::testing::ParseTextProto;
using ::etalon::testing::StatusIs;
using ::testing::_;
using ::testing::HasSubstr;

v1::Search At(v1::Search::State state, int finished) {
  v1::Search search = ParseTextProto<v1::Search>(R"pb(
    name: "searches/s"
    stages { name: "searches/s/stages/coarse" state: RUNNING planned_trials: 3 }
  )pb");
  search.set_state(state);
  search.mutable_stages(0)->mutable_counts()->set_succeeded(finished);
  search.mutable_counts()->set_succeeded(finished);
  search.mutable_counts()->set_running(state == v1::Search::RUNNING ? 1 : 0);
  return search;
}

class Watch : public CommandLineFixture {
 protected:
  // Looks without pause.
  absl::StatusOr<v1::Search> WatchQuickly(bool bars, std::ostream& out) {
    std::istringstream in;
    Context context{
        .in = in,
        .out = out,
        .out_terminal = {},
        .err = out,
        .err_terminal = {},
        .environment =
            [](const std::string&) { return std::optional<std::string>(); },
        .clock = SystemClock(),
        .interrupt = interrupt_,
        .random_seed = 1,
        .binary_folder = ""};
    Connection connection(environment_["ETALON_SERVER"], absl::Seconds(30),
                          context);
    WatchOptions options;
    options.bars = bars;
    options.interval = absl::ZeroDuration();
    options.check = check_;
    return WatchSearch(context, connection, "searches/s", options, out,
                       Terminal{});
  }

  std::function<absl::Status()> check_;
  bool failed_ = false;
};

TEST_F(Watch, PrintsALineWhenSomethingChanged) {
  service_.AnswerSearches(
      {At(v1::Search::RUNNING, 0), At(v1::Search::RUNNING, 0),
       At(v1::Search::RUNNING, 2), At(v1::Search::SUCCEEDED, 3)});
  std::ostringstream out;
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                              WatchQuickly(false, out));
  EXPECT_EQ(search.state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(out.str(), "coarse 0/3\ncoarse 2/3\ncoarse 3/3, SUCCEEDED\n");
}

TEST_F(Watch, RedrawsBarsInPlace) {
  service_.AnswerSearches(
      {At(v1::Search::RUNNING, 0), At(v1::Search::SUCCEEDED, 3)});
  std::ostringstream out;
  ETALON_ASSERT_OK(WatchQuickly(true, out));
  EXPECT_THAT(out.str(), HasSubstr("\x1b[1A\r\x1b[J"));
}

TEST_F(Watch, WaitsForACoordinatorThatWentAway) {
  service_.AnswerSearches(
      {At(v1::Search::RUNNING, 1), At(v1::Search::SUCCEEDED, 3)});
  service_.SetOnGet([this](int calls) {
    if (calls == 1 && !failed_) {
      failed_ = true;
      // More often than one call asks again.
      service_.FailTimes(12);
    }
  });
  std::ostringstream out;
  ETALON_ASSERT_OK(WatchQuickly(false, out));
  EXPECT_THAT(out.str(), HasSubstr("coarse 1/3\ncoordinator away ("));
  EXPECT_THAT(out.str(), HasSubstr("coarse 3/3, SUCCEEDED\n"));
}

TEST_F(Watch, CoordinatorThatNeverAnsweredIsAnError) {
  service_.FailWith(grpc::Status(grpc::StatusCode::UNAVAILABLE, "not now"));
  std::ostringstream out;
  EXPECT_THAT(WatchQuickly(false, out),
              StatusIs(absl::StatusCode::kUnavailable, _));
}

TEST_F(Watch, FailedCheckEndsIt) {
  service_.AnswerSearches({At(v1::Search::RUNNING, 1)});
  check_ = [] { return absl::InternalError("worker died"); };
  std::ostringstream out;
  EXPECT_THAT(WatchQuickly(false, out),
              StatusIs(absl::StatusCode::kInternal, "worker died"));
}

TEST_F(Watch, ExitCodeIsTheSearchsEnd) {
  service_.AnswerSearches({At(v1::Search::SUCCEEDED, 3)});
  EXPECT_EQ(Run({"watch", "s"}).exit_code, 0);
  service_.AnswerSearches({At(v1::Search::CANCELLED, 3)});
  EXPECT_EQ(Run({"watch", "s", "--no-tty"}).exit_code, 7);
  service_.AnswerSearches({At(v1::Search::FAILED, 3)});
  EXPECT_EQ(Run({"watch", "searches/s"}).exit_code, 7);
}

TEST_F(Watch, InterruptLeavesTheSearchRunning) {
  service_.AnswerSearches({At(v1::Search::RUNNING, 1)});
  service_.SetOnGet([this](int calls) {
    if (calls == 1) interrupt_.Trigger();
  });
  const CommandResult result = Run({"watch", "s"});
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.err, HasSubstr("the search goes on"));
}

}  // namespace
}  // namespace etalon
