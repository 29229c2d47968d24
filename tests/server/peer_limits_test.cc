// What peers may have of a coordinator all together, and an attempt in all.
// Limits on single calls are in request_checks_test.cc, those on searches under
// search/.

#include <gmock/gmock.h>

#include <future>
#include <vector>

#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

class PeerLimitsTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::RegisterWorkerResponse> Register(const std::string& name) {
    v1::RegisterWorkerRequest request;
    request.set_display_name(name);
    request.set_request_id(name);
    return harness_.Call<v1::RegisterWorkerResponse>(
        &Coordinator::RegisterWorker, request);
  }

  CoordinatorHarness harness_{{.lease_duration = CoordinatorHarness::kLease,
                               .max_workers = 3,
                               .max_open_polls = 2}};
};

TEST_F(PeerLimitsTest, WorkerTooManyIsRefusedWhileTheOthersAreHeard) {
  std::vector<std::string> names;
  for (const char* name : {"a", "b", "c"}) {
    names.push_back(harness_.Register(name));
  }
  EXPECT_THAT(Register("d"), StatusIs(absl::StatusCode::kResourceExhausted,
                                      HasSubstr("3 workers")));
  // Those who are silent make way.
  harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(1));
  ETALON_EXPECT_OK(Register("d"));
  // And may come back.
  ETALON_EXPECT_OK(harness_.Lease(names[0]));
}

TEST_F(PeerLimitsTest, PollTooManyIsRefusedAndTheOthersWaitOn) {
  const std::string worker = harness_.Register("a", /*threads=*/3);
  std::vector<std::future<absl::StatusOr<v1::LeaseTrialsResponse>>> waiting;
  for (int i = 0; i < 2; ++i) {
    waiting.push_back(harness_.LeaseWaiting(worker, absl::Seconds(60)));
  }
  EXPECT_THAT(harness_.LeaseWaiting(worker, absl::Seconds(60)).get(),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("2 requests for trials wait")));
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 2)));
  for (auto& call : waiting) {
    const auto answer = call.get();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->trials_size(), 1);
  }
}

TEST_F(PeerLimitsTest, MeasurementsOfAnAttemptHaveALimit) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  const std::string worker = harness_.Register("a");
  const v1::LeaseToken token = harness_.LeaseOne(worker).token();
  v1::HeartbeatRequest request;
  request.set_worker(worker);
  v1::TrialReport& report = *request.add_reports();
  *report.mutable_token() = token;
  for (int update = 1; update <= kMaxMeasurements; ++update) {
    v1::Measurement& measurement = *report.add_measurements();
    measurement.set_update(update);
    measurement.mutable_validation()->set_accuracy(0.5);
  }
  const auto heartbeat = [&] {
    return harness_.Call<v1::HeartbeatResponse>(&Coordinator::Heartbeat,
                                                request);
  };
  ETALON_ASSERT_OK(heartbeat());
  report.clear_measurements();
  report.add_measurements()->set_update(kMaxMeasurements + 1);
  EXPECT_THAT(heartbeat(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("searches/s/trials/1"),
                             HasSubstr("has 20000 measurements"))));
  // The lease lives on.
  EXPECT_EQ(harness_.Heartbeat(worker, token), v1::Directive::CONTINUE);
}

TEST_F(PeerLimitsTest, WorkerThatIsUnwellGetsNothing) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  const std::string worker = harness_.Register("a");
  v1::RegisterWorkerRequest request;
  request.set_name(worker);
  request.set_display_name("a");
  request.mutable_capabilities()->set_unwell("no space left in /scratch");
  const auto say = [&] {
    return harness_.Call<v1::RegisterWorkerResponse>(
        &Coordinator::RegisterWorker, request);
  };
  ETALON_ASSERT_OK(say());
  EXPECT_EQ(harness_.Lease(worker)->trials_size(), 0);
  request.mutable_capabilities()->clear_unwell();
  ETALON_ASSERT_OK(say());
  EXPECT_EQ(harness_.Lease(worker)->trials_size(), 1);
}

}  // namespace
}  // namespace etalon
