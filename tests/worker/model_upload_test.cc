// Models on their way to the coordinator, and trials that end with one.

#include "worker/model_upload.h"

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
using ::testing::IsEmpty;

// Succeeds with a model of these bytes.
RunFunction SucceedWith(std::string model) {
  return [model](const v1::Trial& trial, TrialMonitor& monitor) {
    TrialResult result = Succeed(trial, monitor);
    result.model = model;
    return result;
  };
}

// Runs one trial to its completion, `prepare` changing the coordinator first.
FakeCoordinator::Calls RunOne(
    std::string model,
    const std::function<void(FakeCoordinator&)>& prepare = {}) {
  AgentHarness harness(SucceedWith(std::move(model)));
  if (prepare) prepare(harness.coordinator());
  harness.coordinator().Queue(MakeTrial(1));
  harness.Start();
  EXPECT_TRUE(harness.coordinator().Await(
      [](const auto& calls) { return !calls.completions.empty(); }));
  harness.Stop();
  return harness.coordinator().calls();
}

std::vector<std::string> StoresAndCompletions(
    const FakeCoordinator::Calls& calls) {
  std::vector<std::string> names;
  for (const std::string& name : calls.names) {
    if (name == "store" || name == "complete") names.push_back(name);
  }
  return names;
}

TEST(ModelUpload, ModelGoesInPiecesBeforeTheCompletion) {
  const std::string model =
      std::string(kMaxModelPieceBytes, 'a') + std::string(3, 'b');
  const FakeCoordinator::Calls calls = RunOne(model);
  EXPECT_THAT(StoresAndCompletions(calls),
              ElementsAre("store", "store", "complete"));
  EXPECT_EQ(calls.models[0].data() + calls.models[1].data(), model);
  EXPECT_EQ(calls.models[1].offset(), int64_t{kMaxModelPieceBytes});
  for (const v1::StoreModelRequest& request : calls.models) {
    EXPECT_EQ(request.size_bytes(), static_cast<int64_t>(model.size()));
    EXPECT_EQ(request.validation_accuracy(), 0.5);
    EXPECT_EQ(request.token().trial(), "searches/s/trials/1");
    EXPECT_EQ(request.worker(), "workers/1");
  }
}

TEST(ModelUpload, TrialWithoutAModelSendsNone) {
  EXPECT_THAT(RunOne("").models, IsEmpty());
}

TEST(ModelUpload, NoMoreIsSentOfWhatIsNotWanted) {
  const FakeCoordinator::Calls calls = RunOne(
      std::string(2 * kMaxModelPieceBytes, 'a'),
      [](FakeCoordinator& c) { c.AnswerModels(absl::OkStatus(), false); });
  EXPECT_THAT(StoresAndCompletions(calls), ElementsAre("store", "complete"));
  EXPECT_TRUE(calls.completions[0].has_succeeded());
}

TEST(ModelUpload, LostAnswersAreAskedForAgain) {
  const FakeCoordinator::Calls calls =
      RunOne("model", [](FakeCoordinator& c) { c.LoseAnswers("store", 2); });
  EXPECT_THAT(StoresAndCompletions(calls),
              ElementsAre("store", "store", "store", "complete"));
}

TEST(ModelUpload, RefusedModelDoesNotCostTheResult) {
  const FakeCoordinator::Calls calls = RunOne("model", [](FakeCoordinator& c) {
    c.AnswerModels(absl::InvalidArgumentError("no"), true);
  });
  EXPECT_THAT(StoresAndCompletions(calls), ElementsAre("store", "complete"));
  EXPECT_TRUE(calls.completions[0].has_succeeded());
}

TEST(ModelUpload, CoordinatorThatWasAwayGetsTheModelAndTheResult) {
  AgentHarness harness([&](const v1::Trial& trial, TrialMonitor& monitor) {
    harness.coordinator().SetDown(true);
    return SucceedWith("model")(trial, monitor);
  });
  harness.coordinator().Queue(MakeTrial(1));
  harness.Start();
  ASSERT_TRUE(harness.coordinator().Await(
      [](const auto& calls) { return calls.refused >= 3; }));
  harness.coordinator().SetDown(false);
  EXPECT_TRUE(harness.coordinator().Await(
      [](const auto& calls) { return !calls.completions.empty(); }));
  harness.Stop();
  EXPECT_THAT(StoresAndCompletions(harness.coordinator().calls()),
              ElementsAre("store", "complete"));
}

TEST(ModelUpload, ModelLargerThanAnyIsNotSent) {
  v1::LeasedTrial lease;
  HeldTrial trial("workers/1", lease);
  trial.OnMeasurement(MakeMeasurement(10));
  FakeCoordinator coordinator;
  const absl::Status status = UploadModel(
      trial, std::string(kMaxModelBytes + 1, 'x'), coordinator,
      [](const std::function<absl::Status()>& call) { return call(); });
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted,
                               ::testing::HasSubstr("keep up to 268435456")));
  EXPECT_THAT(coordinator.calls().models, IsEmpty());
}

}  // namespace
}  // namespace etalon::testing
