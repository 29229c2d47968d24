#include "worker/agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/version.h"
#include "tests/support/proto_matchers.h"
#include "tests/worker/agent_harness.h"

namespace etalon::testing {
namespace {

using Calls = FakeCoordinator::Calls;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Agent, RegistersWithItsCapabilities) {
  AgentHarness worker(Succeed, 2, 3);
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.leases.empty(); }));
  const v1::RegisterWorkerRequest request =
      worker.coordinator().calls().registrations.at(0);
  EXPECT_EQ(request.name(), "");
  EXPECT_EQ(request.display_name(), "test-1");
  EXPECT_NE(request.request_id(), "");
  v1::Capabilities expected;
  expected.set_version(kVersion);
  expected.set_threads(2);
  expected.set_fuse(3);
  expected.set_kernel("generic");
  for (const char* name : {"cifar10", "cifar100", "mnist", "fashion-mnist"}) {
    v1::DatasetStatus& status = *expected.add_datasets();
    status.set_name(name);
    status.set_message("the worker was started without --data");
  }
  *expected.add_datasets() =
      ParseTextProto<v1::DatasetStatus>("name: 'synthetic' usable: true");
  EXPECT_THAT(request.capabilities(), EqualsProto(expected));
}

TEST(Agent, CompletesATrialOnceWithAllItsMeasurements) {
  AgentHarness worker(Succeed);
  worker.coordinator().Queue(MakeTrial(1));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await([](const Calls& calls) {
    return !calls.completions.empty() && calls.leases.size() >= 2;
  }));
  worker.Stop();
  const Calls calls = worker.coordinator().calls();
  ASSERT_EQ(calls.completions.size(), 1u);
  const v1::Completion& completion = calls.completions[0];
  EXPECT_EQ(calls.reports[0].worker(), "workers/1");
  EXPECT_EQ(completion.token().trial(), "searches/s/trials/1");
  EXPECT_EQ(completion.token().attempt(), 1);
  EXPECT_EQ(completion.token().database_generation(), 7u);
  EXPECT_TRUE(completion.has_succeeded());
  EXPECT_THAT(completion.measurements(),
              ElementsAre(EqualsProto(MakeMeasurement(10)),
                          EqualsProto(MakeMeasurement(20))));
  EXPECT_TRUE(calls.returns.empty());
}

TEST(Agent, TrainsTheTrialsOfOneLeaseOneAfterAnother) {
  AgentHarness worker(Succeed, 1, 3);
  for (int i = 1; i <= 3; ++i) worker.coordinator().Queue(MakeTrial(i));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.completions.size() == 3; }));
  const Calls calls = worker.coordinator().calls();
  EXPECT_EQ(calls.leases.at(0).max_trials(), 3);
  EXPECT_EQ(calls.completions[0].token().trial(), "searches/s/trials/1");
  EXPECT_EQ(calls.completions[2].token().trial(), "searches/s/trials/3");
}

TEST(Agent, TheLastOfAGroupAsksForTheNext) {
  AgentHarness worker(Succeed, 1, 3);
  for (int i = 1; i <= 7; ++i) worker.coordinator().Queue(MakeTrial(i));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.leases.size() == 2; }));
  const Calls calls = worker.coordinator().calls();
  EXPECT_EQ(calls.completions.size(), 7u);
  int asked = 0;
  for (const v1::CompleteTrialsRequest& report : calls.reports) {
    if (!report.has_next()) continue;
    ++asked;
    EXPECT_EQ(report.next().max_trials(), 3);
    const std::string& last = report.completions().rbegin()->token().trial();
    EXPECT_THAT(last, AnyOf("searches/s/trials/3", "searches/s/trials/6",
                            "searches/s/trials/7"));
  }
  EXPECT_EQ(asked, 3);
}

TEST(Agent, AGroupOfWhichSomeAreHandedBackAsksForNothing) {
  AgentHarness worker(
      [](const v1::Trial& trial, TrialMonitor& monitor) {
        return trial.name() == "searches/s/trials/1"
                   ? Ends(TrialResult::Kind::kOutOfMemory, "too little")
                   : Succeed(trial, monitor);
      },
      1, 2);
  worker.coordinator().Queue(MakeTrial(1));
  worker.coordinator().Queue(MakeTrial(2));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.returns.empty(); }));
  const Calls calls = worker.coordinator().calls();
  ASSERT_EQ(calls.reports.size(), 1u);
  EXPECT_FALSE(calls.reports[0].has_next());
}

TEST(Agent, EveryThreadTrainsATrialOfItsOwn) {
  std::atomic<int> running = 0;
  AgentHarness worker(
      [&](const v1::Trial&, TrialMonitor& monitor) {
        ++running;
        // Only two at the same time get past this.
        while (running < 2 && !monitor.ShouldStop()) {
          absl::SleepFor(absl::Milliseconds(1));
        }
        return TrialResult();
      },
      2);
  worker.coordinator().Queue(MakeTrial(1));
  worker.coordinator().Queue(MakeTrial(2));
  worker.Start();
  EXPECT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.completions.size() == 2; }));
}

TEST(Agent, HeartbeatsCarryEachMeasurementOnce) {
  AgentHarness worker(RunUntilStopped);
  worker.coordinator().Queue(MakeTrial(1));
  worker.Start();
  const auto measurements = [](const Calls& calls) {
    std::vector<v1::Measurement> all;
    for (const v1::HeartbeatRequest& heartbeat : calls.heartbeats) {
      for (const v1::TrialReport& report : heartbeat.reports()) {
        all.insert(all.end(), report.measurements().begin(),
                   report.measurements().end());
      }
    }
    return all;
  };
  ASSERT_TRUE(worker.coordinator().Await(
      [&](const Calls& calls) { return !measurements(calls).empty(); }));
  const size_t seen = worker.coordinator().calls().heartbeats.size();
  ASSERT_TRUE(worker.coordinator().Await(
      [&](const Calls& calls) { return calls.heartbeats.size() >= seen + 3; }));
  EXPECT_THAT(measurements(worker.coordinator().calls()),
              ElementsAre(EqualsProto(MakeMeasurement(10))));
}

TEST(Agent, TrialsLeasedButNotStartedAreKeptAlive) {
  AgentHarness worker(RunUntilStopped, 1, 2);
  worker.coordinator().Queue(MakeTrial(1));
  worker.coordinator().Queue(MakeTrial(2));
  worker.Start();
  EXPECT_TRUE(worker.coordinator().Await([](const Calls& calls) {
    return !calls.heartbeats.empty() &&
           calls.heartbeats.back().reports_size() == 2;
  }));
}

TEST(Agent, DropEndsTheTrainingAndNothingIsReported) {
  AgentHarness worker([](const v1::Trial& trial, TrialMonitor& monitor) {
    return trial.name() == "searches/s/trials/1"
               ? RunUntilStopped(trial, monitor)
               : Succeed(trial, monitor);
  });
  worker.coordinator().Queue(MakeTrial(1));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await([](const Calls& calls) {
    return !calls.heartbeats.empty() &&
           calls.heartbeats.back().reports_size() == 1;
  }));
  worker.coordinator().Expire("searches/s/trials/1");
  worker.coordinator().Queue(MakeTrial(2));
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.completions.empty(); }));
  worker.Stop();
  const Calls calls = worker.coordinator().calls();
  ASSERT_EQ(calls.completions.size(), 1u);
  EXPECT_EQ(calls.completions[0].token().trial(), "searches/s/trials/2");
  EXPECT_TRUE(calls.returns.empty());
}

TEST(Agent, ATrialDroppedBeforeItsTurnIsNeverStarted) {
  std::atomic<bool> second_started = false;
  AgentHarness worker(
      [&](const v1::Trial& trial, TrialMonitor& monitor) {
        if (trial.name() == "searches/s/trials/1") {
          return RunUntilStopped(trial, monitor);
        }
        if (trial.name() == "searches/s/trials/2") second_started = true;
        return Succeed(trial, monitor);
      },
      1, 2);
  worker.coordinator().Queue(MakeTrial(1));
  worker.coordinator().Queue(MakeTrial(2));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await([](const Calls& calls) {
    return !calls.heartbeats.empty() &&
           calls.heartbeats.back().reports_size() == 2;
  }));
  worker.coordinator().Expire("searches/s/trials/2");
  // Two heartbeats later the worker knows.
  const size_t seen = worker.coordinator().calls().heartbeats.size();
  ASSERT_TRUE(worker.coordinator().Await(
      [&](const Calls& calls) { return calls.heartbeats.size() >= seen + 2; }));
  worker.coordinator().Expire("searches/s/trials/1");
  worker.coordinator().Queue(MakeTrial(3));
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.completions.empty(); }));
  EXPECT_FALSE(second_started);
}

TEST(Agent, StopHandsBackWhatIsNotFinishedAndSaysGoodbye) {
  AgentHarness worker(RunUntilStopped, 1, 2);
  worker.coordinator().Queue(MakeTrial(1));
  worker.coordinator().Queue(MakeTrial(2));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await([](const Calls& calls) {
    return !calls.heartbeats.empty() &&
           calls.heartbeats.back().reports_size() == 2;
  }));
  worker.Stop();
  const Calls calls = worker.coordinator().calls();
  EXPECT_TRUE(calls.completions.empty());
  ASSERT_EQ(calls.returns.size(), 1u);
  EXPECT_EQ(calls.returns[0].worker(), "workers/1");
  EXPECT_EQ(calls.returns[0].tokens_size(), 2);
  EXPECT_NE(calls.returns[0].message(), "");
  ASSERT_EQ(calls.goodbyes.size(), 1u);
  EXPECT_EQ(calls.goodbyes[0].worker(), "workers/1");
  EXPECT_EQ(calls.names.back(), "unregister");
}

TEST(Agent, StopEndsAWaitingLeaseRequest) {
  AgentHarness worker(Succeed);
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.leases.empty(); }));
  worker.Stop();  // would wait for ever otherwise
  EXPECT_EQ(worker.coordinator().calls().goodbyes.size(), 1u);
}

TEST(Agent, DivergenceIsReportedWithItsUpdate) {
  AgentHarness worker([](const v1::Trial&, TrialMonitor& monitor) {
    monitor.OnMeasurement(MakeMeasurement(10));
    TrialResult result = Ends(TrialResult::Kind::kDiverged, "not finite");
    result.update = 17;
    return result;
  });
  worker.coordinator().Queue(MakeTrial(1));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.completions.empty(); }));
  const v1::Completion completion = worker.coordinator().calls().completions[0];
  EXPECT_THAT(completion.failure(),
              EqualsProto(ParseTextProto<v1::Failure>(
                  "reason: DIVERGED message: 'not finite' update: 17")));
  EXPECT_EQ(completion.measurements_size(), 1);
}

TEST(Agent, WhatCannotBeTrainedIsCompletedInvalid) {
  AgentHarness worker([](const v1::Trial&, TrialMonitor&) {
    return Ends(TrialResult::Kind::kInvalid, "batch_size is 0");
  });
  worker.coordinator().Queue(MakeTrial(1));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.completions.empty(); }));
  EXPECT_THAT(worker.coordinator().calls().completions[0].failure(),
              EqualsProto(ParseTextProto<v1::Failure>(
                  "reason: INVALID message: 'batch_size is 0'")));
}

TEST(Agent, AnExceptionBecomesAnInternalFailureAndTheWorkerGoesOn) {
  AgentHarness worker([](const v1::Trial& trial, TrialMonitor& monitor) {
    if (trial.name() == "searches/s/trials/1") {
      throw std::runtime_error("boom");
    }
    return Succeed(trial, monitor);
  });
  worker.coordinator().Queue(MakeTrial(1));
  worker.coordinator().Queue(MakeTrial(2));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.completions.size() == 2; }));
  const Calls calls = worker.coordinator().calls();
  EXPECT_EQ(calls.completions[0].failure().reason(), v1::Failure::INTERNAL);
  EXPECT_THAT(calls.completions[0].failure().message(), HasSubstr("boom"));
  EXPECT_TRUE(calls.completions[1].has_succeeded());
}

TEST(Agent, WantOfMemoryHandsTheTrialBack) {
  AgentHarness worker([](const v1::Trial&, TrialMonitor&) -> TrialResult {
    throw std::bad_alloc();
  });
  worker.coordinator().Queue(MakeTrial(1));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.leases.size() >= 2; }));
  const Calls calls = worker.coordinator().calls();
  EXPECT_TRUE(calls.completions.empty());
  ASSERT_EQ(calls.returns.size(), 1u);
  EXPECT_THAT(calls.returns[0].message(), HasSubstr("memory"));
}

TEST(Agent, DataThatWillNotLoadGoesBackAndIsToldBeforeAskingForMore) {
  DatasetInventory* datasets = nullptr;
  AgentHarness worker(
      [&](const v1::Trial&, TrialMonitor&) {
        datasets->MarkUnusable("synthetic", "", train::SyntheticSpec(),
                               "file is cut off");
        return Ends(TrialResult::Kind::kUnusable, "file is cut off");
      },
      1, 2);
  datasets = &worker.datasets();
  worker.coordinator().Queue(MakeTrial(1));
  worker.coordinator().Queue(MakeTrial(2));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.leases.size() >= 2; }));
  const Calls calls = worker.coordinator().calls();
  EXPECT_THAT(calls.names,
              ElementsAre("register", "lease", "register", "return", "lease"));
  const v1::DatasetStatus& status =
      calls.registrations[1].capabilities().datasets(4);
  EXPECT_EQ(status.name(), "synthetic");
  EXPECT_FALSE(status.usable());
  EXPECT_EQ(status.message(), "file is cut off");
  EXPECT_EQ(calls.registrations[1].name(), "workers/1");
  // The one that was not started needs the same data.
  EXPECT_EQ(calls.returns[0].tokens_size(), 2);
  EXPECT_EQ(calls.returns[0].message(), "file is cut off");
}

}  // namespace
}  // namespace etalon::testing
