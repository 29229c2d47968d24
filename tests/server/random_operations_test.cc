// Whatever happens to workers and coordinator, in whatever order, the table of
// trials comes out as if nothing had (reliability R1 and R7).

#include <gmock/gmock.h>

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/random.h"
#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::MakeCompletion;
using ::etalon::testing::RefiningSpec;
using ::etalon::testing::ToStatus;

constexpr int kTrials = 12 + 8 + 1;

// A trainer that is a formula: what a trial measures hangs on nothing but its
// parameters and seeds.
double Train(const v1::Trial& trial) {
  const double x = std::log10(trial.training().lambda());
  const double y = std::log10(trial.training().schedule().constant().eta());
  const double noise =
      static_cast<double>(trial.seeds().initialization() % 1000) / 1e5;
  return 0.2 + 0.5 * std::exp(-(x + 3) * (x + 3) - (y + 1) * (y + 1)) + noise;
}

// One row a trial: what it is, and how it ended.
std::vector<std::string> Table(CoordinatorHarness& harness) {
  std::vector<std::string> rows;
  for (int number = 1; number <= kTrials; ++number) {
    v1::Trial trial = harness.GetTrial("s", number);
    trial.clear_attempts();
    trial.clear_attempt_count();
    trial.clear_worker();
    trial.clear_create_time();
    trial.clear_start_time();
    trial.clear_end_time();
    rows.push_back(trial.ShortDebugString());
  }
  return rows;
}

// Lives through hundreds of random events, then lets the search end in peace.
class RandomLife {
 public:
  explicit RandomLife(uint64_t seed) : random_(seed) {
    for (int i = 0; i < 3; ++i) {
      workers_.push_back(harness_.Register(absl::StrCat("w", i)));
    }
    v1::SearchSpec spec = RefiningSpec("s", 12, 8);
    // Losses must not fail trials here: that would change the table.
    spec.set_max_attempts(1000);
    GTEST_CHECK_(harness_.Create(spec, "create").ok());
  }

  void Disturb(int events) {
    for (int i = 0; i < events && !::testing::Test::HasFailure(); ++i) Step();
  }

  void Finish() {
    harness_.Elapse(CoordinatorHarness::kLease);
    const std::string& worker = workers_[0];
    for (v1::LeaseTrialsResponse got = *harness_.Lease(worker, 3);
         !got.trials().empty(); got = *harness_.Lease(worker, 3)) {
      for (const v1::LeasedTrial& leased : got.trials()) {
        ETALON_ASSERT_OK(
            harness_.Complete(worker, leased.token(), Train(leased.trial())));
      }
    }
  }

  CoordinatorHarness& harness() { return harness_; }
  int completed() const { return completed_; }

 private:
  // What a worker was once told to train; it may have lost it since.
  struct Held {
    std::string worker;
    v1::LeasedTrial leased;
  };

  void Step() {
    switch (random_.NextBelow(10)) {
      case 0:
      case 1:
      case 2:
        return Lease();
      case 3:
        return Complete();
      case 4:
        return CompleteSeveralAndLease();
      case 5:
        return Heartbeat();
      case 6:
        return harness_.Elapse(absl::Seconds(random_.NextBelow(20)));
      case 7:
        return Return();
      case 8:
        return RepeatCreation();
      default:
        if (random_.NextBelow(3) == 0) harness_.Restart();
    }
  }

  const std::string& AnyWorker() {
    return workers_[random_.NextBelow(workers_.size())];
  }
  const Held* AnyHeld() {
    return held_.empty() ? nullptr : &held_[random_.NextBelow(held_.size())];
  }

  // A third of the requests repeat an earlier id.
  void Lease() {
    const std::string id = absl::StrCat(
        "r", random_.NextBelow(3) == 0 ? random_.NextBelow(requests_ + 1)
                                       : requests_++);
    const std::string worker = AnyWorker();
    const v1::LeaseTrialsResponse got =
        *harness_.Lease(worker, 1 + random_.NextBelow(3), id);
    for (const v1::LeasedTrial& leased : got.trials()) {
      held_.push_back({worker, leased});
    }
  }

  // Held for long or not, completed before or not: the coordinator must sort it
  // out. A refusal is FAILED_PRECONDITION; two truths there cannot be.
  void Complete() {
    const Held* held = AnyHeld();
    if (held == nullptr) return;
    const absl::Status status = harness_.Complete(
        held->worker, held->leased.token(), Train(held->leased.trial()));
    EXPECT_TRUE(status.ok() || absl::IsFailedPrecondition(status)) << status;
    if (status.ok()) ++completed_;
  }

  // Up to three, repeats among them perhaps, of one worker: each has a verdict
  // of its own.
  void CompleteSeveralAndLease() {
    const Held* first = AnyHeld();
    if (first == nullptr) return;
    v1::CompleteTrialsRequest request;
    request.set_worker(first->worker);
    for (int i = 0; i < 3; ++i) {
      const Held* held = AnyHeld();
      if (held->worker != first->worker) continue;
      *request.add_completions() =
          MakeCompletion(held->leased.token(), Train(held->leased.trial()));
    }
    if (request.completions().empty()) return;
    request.mutable_next()->set_request_id(absl::StrCat(
        "r", random_.NextBelow(3) == 0 ? random_.NextBelow(requests_ + 1)
                                       : requests_++));
    request.mutable_next()->set_max_trials(1 + random_.NextBelow(3));
    const v1::CompleteTrialsResponse got =
        *harness_.Call<v1::CompleteTrialsResponse>(&Coordinator::CompleteTrials,
                                                   request);
    for (const v1::Verdict& verdict : got.verdicts()) {
      const absl::Status status = ToStatus(verdict);
      EXPECT_TRUE(status.ok() || absl::IsFailedPrecondition(status)) << status;
      if (status.ok()) ++completed_;
    }
    const std::string worker = first->worker;
    for (const v1::LeasedTrial& leased : got.trials()) {
      held_.push_back({worker, leased});
    }
  }

  void Heartbeat() {
    if (const Held* held = AnyHeld()) {
      harness_.Heartbeat(held->worker, held->leased.token());
    }
  }

  void Return() {
    if (const Held* held = AnyHeld()) {
      ETALON_EXPECT_OK(
          harness_.Return(held->worker, held->leased.token(), "at random"));
    }
  }

  void RepeatCreation() {
    v1::SearchSpec spec = RefiningSpec("s", 12, 8);
    spec.set_max_attempts(1000);
    ETALON_EXPECT_OK(harness_.Create(spec, "create"));
  }

  CoordinatorHarness harness_;
  RandomStream random_;
  std::vector<std::string> workers_;
  std::vector<Held> held_;
  uint32_t requests_ = 0;
  int completed_ = 0;
};

class RandomOperationsTest : public ::testing::TestWithParam<uint64_t> {};

TEST_P(RandomOperationsTest, TableIsThatOfTheUndisturbedRun) {
  RandomLife undisturbed(0);
  undisturbed.Finish();
  const std::vector<std::string> expected = Table(undisturbed.harness());

  RandomLife disturbed(GetParam());
  disturbed.Disturb(400);
  disturbed.Finish();
  const v1::Search search = disturbed.harness().GetSearch("s");
  EXPECT_EQ(search.state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(search.counts().succeeded(), kTrials);
  EXPECT_EQ(Table(disturbed.harness()), expected);
  EXPECT_GT(disturbed.completed(), 5) << "the disturbance has done something";
  for (int number = 1; number <= kTrials; ++number) {
    int completed = 0;
    const v1::Trial trial = disturbed.harness().GetTrial("s", number);
    for (const v1::Attempt& attempt : trial.attempts()) {
      completed += attempt.state() == v1::Attempt::COMPLETED;
    }
    EXPECT_EQ(completed, 1) << "trial " << number;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomOperationsTest,
                         ::testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace etalon
