#include "worker/self_check.h"

#include <gmock/gmock.h>

#include "tests/support/fake_clock.h"
#include "tests/support/small_disk.h"
#include "tests/support/status_matchers.h"
#include "tests/worker/agent_harness.h"
#include "worker/data_cache.h"
#include "worker/examinations.h"
#include "worker/fusion_width.h"
#include "worker/local_trial_runner.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/kernels/select.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;
using Kind = TrialResult::Kind;
using Calls = FakeCoordinator::Calls;

class SelfCheckTest : public ::testing::Test {
 protected:
  FakeClock clock_;
  absl::Status disk_;
  absl::Status body_;
  int thorough_looks_ = 0;
  SelfCheck check_{{.faults_in_a_row = 3, .recheck_interval = absl::Minutes(1)},
                   [this] { return disk_; },
                   [this] {
                     ++thorough_looks_;
                     return body_;
                   },
                   clock_};
};

TEST_F(SelfCheckTest, WorkerIsWellUntilSomethingIsFound) {
  check_.Look();
  EXPECT_EQ(check_.unwell(), "");
  const int64_t version = check_.version();
  disk_ = absl::ResourceExhaustedError("no room");
  check_.Look();
  EXPECT_EQ(check_.unwell(), "no room");
  EXPECT_GT(check_.version(), version);
  disk_ = absl::OkStatus();
  check_.Look();
  EXPECT_EQ(check_.unwell(), "");
  EXPECT_EQ(thorough_looks_, 0);
}

TEST_F(SelfCheckTest, FaultsInARowCallForAThoroughLook) {
  body_ = absl::InternalError("bad memory");
  for (const Kind kind : {Kind::kInternal, Kind::kOutOfMemory, Kind::kDiverged,
                          Kind::kInternal, Kind::kInternal}) {
    check_.OnTrialEnd(kind);
    check_.Look();
  }
  EXPECT_EQ(check_.unwell(), "") << "a result came in between";
  check_.OnTrialEnd(Kind::kOutOfMemory);
  check_.Look();
  EXPECT_EQ(check_.unwell(), "bad memory");
}

TEST_F(SelfCheckTest, WellWorkerGoesOnAfterTrialsThatAreAtFaultThemselves) {
  for (int i = 0; i < 3; ++i) check_.OnTrialEnd(Kind::kInternal);
  check_.Look();
  EXPECT_EQ(check_.unwell(), "");
  EXPECT_EQ(thorough_looks_, 1);
  check_.OnTrialEnd(Kind::kInternal);
  check_.Look();
  EXPECT_EQ(thorough_looks_, 1) << "the count begins anew";
}

TEST_F(SelfCheckTest, SickWorkerLooksAgainNowAndThen) {
  body_ = absl::InternalError("bad memory");
  for (int i = 0; i < 3; ++i) check_.OnTrialEnd(Kind::kInternal);
  for (int i = 0; i < 5; ++i) check_.Look();
  EXPECT_EQ(thorough_looks_, 1);
  body_ = absl::OkStatus();
  check_.Look();
  EXPECT_EQ(check_.unwell(), "bad memory");
  clock_.Advance(absl::Minutes(1));
  check_.Look();
  EXPECT_EQ(check_.unwell(), "");
}

TEST_F(SelfCheckTest, WhatTellsNothingOfTheMachineCountsForNothing) {
  for (int i = 0; i < 5; ++i) {
    for (const Kind kind : {Kind::kInvalid, Kind::kUnusable, Kind::kStopped}) {
      check_.OnTrialEnd(kind);
    }
  }
  check_.Look();
  EXPECT_EQ(thorough_looks_, 0);
}

// ---- a worker ----

TEST(SickWorker, LeasesNothingSaysWhyAndComesBack) {
  AgentHarness harness(Succeed);
  harness.SetDiskFull(true);
  harness.coordinator().Queue(MakeTrial(1));
  harness.Start();
  EXPECT_TRUE(harness.coordinator().Await(
      [](const Calls& calls) { return !calls.registrations.empty(); }));
  EXPECT_EQ(
      harness.coordinator().calls().registrations[0].capabilities().unwell(),
      "it hurts");
  EXPECT_TRUE(harness.coordinator().calls().leases.empty());
  harness.SetDiskFull(false);
  EXPECT_TRUE(harness.coordinator().Await(
      [](const Calls& calls) { return calls.completions.size() == 1; }));
  EXPECT_EQ(harness.coordinator()
                .calls()
                .registrations.back()
                .capabilities()
                .unwell(),
            "");
}

TEST(SickWorker, SpoilsNoMoreThanItsCheckTakesToNotice) {
  AgentHarness harness([](const v1::Trial&, TrialMonitor&) {
    return Ends(Kind::kInternal, "flipped bit");
  });
  harness.SetSick(true);
  for (int i = 1; i <= 20; ++i) harness.coordinator().Queue(MakeTrial(i));
  harness.Start();
  EXPECT_TRUE(harness.coordinator().Await(
      [](const Calls& calls) { return calls.registrations.size() == 2; }));
  const Calls calls = harness.coordinator().calls();
  EXPECT_EQ(calls.completions.size(), 3u);
  EXPECT_EQ(calls.registrations.back().capabilities().unwell(), "it hurts");
}

// ---- what it looks at ----

TEST(Examinations, FullDiskIsFound) {
  const auto disk = SmallDisk::Mount(int64_t{4} << 20);
  if (!disk.ok()) GTEST_SKIP() << disk.status().message();
  const std::string folder = (*disk)->File("not/there/yet");
  ETALON_EXPECT_OK(CheckDiskRoom(folder, int64_t{2} << 20));
  (*disk)->Fill("others", int64_t{3} << 20);
  EXPECT_THAT(CheckDiskRoom(folder, int64_t{2} << 20),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("less than 2 MiB left")));
}

TEST(Examinations, SoundMachineTrainsTheSameTwice) {
  DataCache cache(
      [](const train::DatasetSpec& spec) {
        return train::LoadDataset(spec, "");
      },
      int64_t{1} << 20);
  FakeClock clock;
  DatasetInventory datasets({}, cache, clock);
  LocalTrialRunner runner(
      cache, datasets, **train::SelectKernels("auto"), nullptr, clock,
      [](const train::TrialPlan&, const train::DataSizes&) { return 1; });
  ETALON_EXPECT_OK(CheckTraining(runner));
}

TEST(Examinations, MachineThatTrainsOtherwiseEachTimeIsFound) {
  int runs = 0;
  FakeTrialRunner runner([&runs](const v1::Trial&, TrialMonitor& monitor) {
    v1::Measurement measurement = MakeMeasurement(1);
    measurement.mutable_validation()->set_cost(++runs);
    monitor.OnMeasurement(measurement);
    return TrialResult();
  });
  EXPECT_THAT(CheckTraining(runner), StatusIs(absl::StatusCode::kInternal,
                                              HasSubstr("not to be trusted")));
  FakeTrialRunner broken([](const v1::Trial&, TrialMonitor&) {
    return Ends(Kind::kOutOfMemory, "no memory");
  });
  EXPECT_THAT(CheckTraining(broken),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("no memory")));
}

}  // namespace
}  // namespace etalon::testing
