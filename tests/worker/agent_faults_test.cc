// What a worker does when the coordinator, or the way to it, fails.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <string>

#include "tests/support/proto_matchers.h"
#include "tests/worker/agent_harness.h"

namespace etalon::testing {
namespace {

using Calls = FakeCoordinator::Calls;

TEST(AgentFaults, ALostAnswerToACompletionIsMadeUpForByTheSameContent) {
  AgentHarness worker(Succeed);
  worker.coordinator().LoseAnswers("complete", 3);
  worker.coordinator().Queue(MakeTrial(1));
  worker.coordinator().Queue(MakeTrial(2));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.completions.size() == 5; }));
  const Calls calls = worker.coordinator().calls();
  for (int i = 1; i <= 3; ++i) {
    EXPECT_THAT(calls.reports[i], EqualsProto(calls.reports[0]));
  }
  EXPECT_TRUE(calls.reports[0].has_next());
  EXPECT_EQ(calls.completions[4].token().attempt(), 1)
      << "the lease that the lost answers brought was not lost with them";
  EXPECT_EQ(calls.completions[4].token().trial(), "searches/s/trials/2");
}

TEST(AgentFaults, ALostAnswerToALeaseRequestLeaksNoTrial) {
  AgentHarness worker(Succeed);
  worker.coordinator().LoseAnswers("lease", 2);
  worker.coordinator().Queue(MakeTrial(1));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.completions.empty(); }));
  const Calls calls = worker.coordinator().calls();
  EXPECT_EQ(calls.leases[0].request_id(), calls.leases[1].request_id());
}

TEST(AgentFaults, EveryIntentToLeaseHasAnIdOfItsOwn) {
  AgentHarness worker(Succeed);
  for (int i = 1; i <= 5; ++i) worker.coordinator().Queue(MakeTrial(i));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.leases.size() == 2; }));
  const Calls calls = worker.coordinator().calls();
  std::set<std::string> ids = {calls.leases[0].request_id()};
  ASSERT_EQ(calls.reports.size(), 5u);
  for (const v1::CompleteTrialsRequest& report : calls.reports) {
    ids.insert(report.next().request_id());
  }
  EXPECT_EQ(ids.size(), 6u);
  EXPECT_EQ(calls.leases[1].request_id(), calls.reports[4].next().request_id())
      << "what the last completion found nothing for, a wait goes on with";
}

TEST(AgentFaults, ALostAnswerToARegistrationIsRepeatedUnderTheSameId) {
  AgentHarness worker(Succeed);
  worker.coordinator().LoseAnswers("register", 2);
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.leases.empty(); }));
  const Calls calls = worker.coordinator().calls();
  ASSERT_EQ(calls.registrations.size(), 3u);
  EXPECT_THAT(calls.registrations[1], EqualsProto(calls.registrations[0]));
  EXPECT_THAT(calls.registrations[2], EqualsProto(calls.registrations[0]));
}

TEST(AgentFaults, MeasurementsOfAHeartbeatWithoutAnswerAreSentAgain) {
  AgentHarness worker(RunUntilStopped);
  worker.coordinator().LoseAnswers("heartbeat", 1'000'000);
  worker.coordinator().Queue(MakeTrial(1));
  worker.Start();
  const auto carried = [](const Calls& calls) {
    return std::count_if(calls.heartbeats.begin(), calls.heartbeats.end(),
                         [](const v1::HeartbeatRequest& heartbeat) {
                           return heartbeat.reports_size() == 1 &&
                                  heartbeat.reports(0).measurements_size() == 1;
                         });
  };
  EXPECT_TRUE(worker.coordinator().Await(
      [&](const Calls& calls) { return carried(calls) >= 3; }));
}

TEST(AgentFaults, TrainingGoesOnWhileTheCoordinatorIsAway) {
  std::atomic<bool> finish = false;
  AgentHarness worker([&](const v1::Trial&, TrialMonitor& monitor) {
    while (!finish && !monitor.ShouldStop()) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    return monitor.ShouldStop() ? Ends(TrialResult::Kind::kStopped, "")
                                : TrialResult();
  });
  worker.coordinator().Queue(MakeTrial(1));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await([](const Calls& calls) {
    return !calls.heartbeats.empty() &&
           calls.heartbeats.back().reports_size() == 1;
  }));
  worker.coordinator().SetDown(true);
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.refused >= 5; }));
  finish = true;
  const int refused = worker.coordinator().calls().refused;
  ASSERT_TRUE(worker.coordinator().Await(
      [refused](const Calls& calls) { return calls.refused >= refused + 10; }));
  EXPECT_TRUE(worker.coordinator().calls().completions.empty());
  worker.coordinator().SetDown(false);
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.completions.empty(); }));
  EXPECT_TRUE(worker.coordinator().calls().completions[0].has_succeeded());
}

TEST(AgentFaults, TrialsOfALeaseGoOnWhileTheResultOfOneFindsNobody) {
  std::atomic<int> trained = 0;
  FakeCoordinator* coordinator = nullptr;
  AgentHarness worker(
      [&](const v1::Trial& trial, TrialMonitor& monitor) {
        coordinator->SetDown(true);
        ++trained;
        return Succeed(trial, monitor);
      },
      1, 3);
  coordinator = &worker.coordinator();
  for (int i = 1; i <= 3; ++i) coordinator->Queue(MakeTrial(i));
  worker.Start();
  ASSERT_TRUE(coordinator->Await([&](const Calls&) { return trained == 3; }));
  EXPECT_TRUE(coordinator->calls().completions.empty());
  coordinator->SetDown(false);
  ASSERT_TRUE(coordinator->Await(
      [](const Calls& calls) { return calls.completions.size() == 3; }));
  EXPECT_EQ(coordinator->calls().completions[2].token().trial(),
            "searches/s/trials/3");
}

TEST(AgentFaults, ResultsThatStopLeavesUnansweredAreHandedBackTogether) {
  AgentHarness worker(Succeed, 1, 3);
  worker.coordinator().LoseAnswers("complete", 1'000'000);
  for (int i = 1; i <= 3; ++i) worker.coordinator().Queue(MakeTrial(i));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.completions.size() >= 3; }));
  worker.Stop();
  const Calls calls = worker.coordinator().calls();
  ASSERT_EQ(calls.returns.size(), 1u);
  EXPECT_EQ(calls.returns[0].tokens_size(), 3);
  // One call that gets no answer at the end tells enough of the others.
  for (const v1::CompleteTrialsRequest& report : calls.reports) {
    EXPECT_EQ(report.completions_size(), calls.reports[0].completions_size());
    EXPECT_EQ(report.completions(0).token().trial(), "searches/s/trials/1");
  }
}

TEST(AgentFaults, AVerdictThatMayPassIsAskedForAgain) {
  AgentHarness worker(Succeed, 1, 3);
  worker.coordinator().GiveVerdicts(
      "searches/s/trials/2", absl::ResourceExhaustedError("disk full"), 3);
  for (int i = 1; i <= 4; ++i) worker.coordinator().Queue(MakeTrial(i));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.leases.size() == 2; }));
  std::map<std::string, int> sent;
  for (const v1::Completion& completion :
       worker.coordinator().calls().completions) {
    ++sent[completion.token().trial()];
  }
  EXPECT_EQ(sent["searches/s/trials/1"], 1);
  EXPECT_EQ(sent["searches/s/trials/2"], 4);
  EXPECT_EQ(sent["searches/s/trials/4"], 1);
}

TEST(AgentFaults, ARefusalOfOneLeavesItsCompanions) {
  AgentHarness worker(Succeed, 1, 3);
  worker.coordinator().GiveVerdicts("searches/s/trials/2",
                                    absl::FailedPreconditionError("stale"), 1);
  for (int i = 1; i <= 4; ++i) worker.coordinator().Queue(MakeTrial(i));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.leases.size() == 2; }));
  worker.Stop();
  const Calls calls = worker.coordinator().calls();
  EXPECT_EQ(calls.completions.size(), 4u);
  EXPECT_TRUE(calls.returns.empty());
}

TEST(AgentFaults, WaitsForACoordinatorThatIsNotThereYet) {
  AgentHarness worker(Succeed);
  worker.coordinator().SetDown(true);
  worker.coordinator().Queue(MakeTrial(1));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.refused >= 5; }));
  worker.coordinator().SetDown(false);
  EXPECT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.completions.empty(); }));
}

TEST(AgentFaults, ACoordinatorWithAnotherDatabaseIsRegisteredWithAnew) {
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
  worker.coordinator().ForgetWorkers();
  worker.coordinator().Queue(MakeTrial(2));
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.completions.empty(); }));
  const Calls calls = worker.coordinator().calls();
  ASSERT_EQ(calls.registrations.size(), 2u);
  EXPECT_EQ(calls.registrations[1].name(), "");
  EXPECT_NE(calls.registrations[1].request_id(),
            calls.registrations[0].request_id());
  EXPECT_EQ(calls.reports[0].worker(), "workers/2");
  EXPECT_EQ(calls.completions[0].token().trial(), "searches/s/trials/2");
}

TEST(AgentFaults, AWaitingLeaseRequestThatIsNotKnownRegistersAnew) {
  AgentHarness worker(Succeed);
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return !calls.leases.empty(); }));
  worker.coordinator().ForgetWorkers();
  EXPECT_TRUE(worker.coordinator().Await([](const Calls& calls) {
    return calls.leases.back().worker() == "workers/2";
  }));
}

TEST(AgentFaults, AStaleResultIsDroppedAndTheWorkerGoesOn) {
  FakeCoordinator* coordinator = nullptr;
  AgentHarness worker([&](const v1::Trial& trial, TrialMonitor& monitor) {
    // The lease ends at the last moment, unnoticed by any heartbeat.
    if (trial.name() == "searches/s/trials/1") {
      coordinator->Expire(trial.name());
    }
    return Succeed(trial, monitor);
  });
  coordinator = &worker.coordinator();
  coordinator->Queue(MakeTrial(1));
  coordinator->Queue(MakeTrial(2));
  worker.Start();
  ASSERT_TRUE(coordinator->Await([](const Calls& calls) {
    return !calls.completions.empty() &&
           calls.completions.back().token().trial() == "searches/s/trials/2";
  }));
  worker.Stop();
  // Tried once at most, and not handed back at the end.
  EXPECT_LE(coordinator->calls().completions.size(), 2u);
  EXPECT_TRUE(coordinator->calls().returns.empty());
}

TEST(AgentFaults, StopsSoonWhileTheCoordinatorIsAway) {
  AgentHarness worker(RunUntilStopped);
  worker.coordinator().Queue(MakeTrial(1));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await([](const Calls& calls) {
    return !calls.heartbeats.empty() &&
           calls.heartbeats.back().reports_size() == 1;
  }));
  worker.coordinator().SetDown(true);
  worker.Stop();  // would try for ever otherwise
  EXPECT_TRUE(worker.coordinator().calls().goodbyes.empty());
}

TEST(AgentFaults, AResultThatStopInterruptsIsTriedOnceMoreThenHandedBack) {
  AgentHarness worker(Succeed);
  worker.coordinator().LoseAnswers("complete", 1'000'000);
  worker.coordinator().Queue(MakeTrial(1));
  worker.Start();
  ASSERT_TRUE(worker.coordinator().Await(
      [](const Calls& calls) { return calls.completions.size() >= 3; }));
  worker.Stop();
  const Calls calls = worker.coordinator().calls();
  EXPECT_EQ(calls.returns.size(), 1u);
  EXPECT_EQ(calls.goodbyes.size(), 1u);
}

}  // namespace
}  // namespace etalon::testing
