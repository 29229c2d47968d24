#include "worker/rung_checkpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/limits.h"
#include "tests/support/status_matchers.h"
#include "tests/worker/agent_harness.h"

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Comes to a rung with these bytes.
RunFunction SuspendWith(std::string left) {
  return [left](const v1::Trial& trial, TrialMonitor& monitor) {
    TrialResult result = Succeed(trial, monitor);
    result.kind = TrialResult::Kind::kSuspended;
    result.checkpoint = left;
    return result;
  };
}

// Waits for so many completions and ends.
FakeCoordinator::Calls Finish(AgentHarness& harness, size_t completions) {
  harness.Start();
  EXPECT_TRUE(harness.coordinator().Await([completions](const auto& calls) {
    return calls.completions.size() >= completions;
  }));
  harness.Stop();
  return harness.coordinator().calls();
}

std::string Bytes(size_t size) {
  std::string bytes(size, 'x');
  for (size_t i = 0; i < size; i += 7) bytes[i] = static_cast<char>(i);
  return bytes;
}

TEST(RungCheckpointsTest, TrialsGoOnFromWhatTheyWereLeasedWith) {
  AgentHarness harness(SuspendWith("left"), 1, 2);
  harness.coordinator().Queue(MakeTrial(1), Bytes(1000));
  harness.coordinator().Queue(MakeTrial(2));
  harness.coordinator().LoseAnswers("read checkpoint", 2);
  Finish(harness, 2);
  EXPECT_THAT(harness.runner().starts(), ElementsAre(Bytes(1000), ""));
}

TEST(RungCheckpointsTest, PiecesGoBeforeTheCompletion) {
  const std::string left = Bytes(kMaxModelPieceBytes + 5);
  AgentHarness harness(SuspendWith(left));
  harness.coordinator().Queue(MakeTrial(1));
  harness.coordinator().LoseAnswers("store checkpoint", 1);
  const FakeCoordinator::Calls calls = Finish(harness, 1);
  EXPECT_TRUE(calls.completions[0].has_suspended());
  EXPECT_EQ(calls.completions[0].measurements_size(), 2);
  // The first one twice, since its answer was lost.
  ASSERT_EQ(calls.checkpoints.size(), 3);
  EXPECT_EQ(calls.checkpoints[1].offset(), 0);
  EXPECT_EQ(calls.checkpoints[2].offset(), kMaxModelPieceBytes);
  EXPECT_EQ(calls.checkpoints[1].data() + calls.checkpoints[2].data(), left);
  EXPECT_EQ(calls.checkpoints[2].size_bytes(), left.size());
}

TEST(RungCheckpointsTest, TrialWhoseCheckpointIsGoneBeginsAnew) {
  AgentHarness harness(SuspendWith("left"));
  harness.coordinator().Queue(MakeTrial(1), Bytes(1000));
  harness.coordinator().LoseCheckpoint("searches/s/trials/1");
  Finish(harness, 1);
  EXPECT_THAT(harness.runner().starts(), ElementsAre(""));
}

TEST(RungCheckpointsTest, CheckpointOfAnotherLengthIsRefused) {
  FakeCoordinator coordinator;
  v1::LeasedTrial lease;
  *lease.mutable_trial() = MakeTrial(1);
  lease.mutable_token()->set_trial(lease.trial().name());
  const auto once = [](const std::function<absl::Status()>& call) {
    return call();
  };
  lease.set_checkpoint_size_bytes(kMaxCheckpointBytes + 1);
  EXPECT_THAT(
      FetchCheckpoint(HeldTrial("workers/1", lease), coordinator, once),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr("none has more")));
}

}  // namespace
}  // namespace etalon::testing
