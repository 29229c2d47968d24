#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "tests/storage/store_conformance.h"
#include "tests/support/status_matchers.h"

// Models, in pieces.

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_P(StoreConformance, ModelIsReadAsItWasStored) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  const std::string bytes("\0\xff\n\0x\x80", 6);
  const int attempt = Lease(started.trials[0], worker);
  ETALON_ASSERT_OK(
      AppendModel(started.trials[0], attempt, 6, 0, bytes.substr(0, 4)));
  ETALON_ASSERT_OK(
      AppendModel(started.trials[0], attempt, 6, 4, bytes.substr(4)));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CompleteTrial(started.trials[0], attempt,
                                     SampleSuccess(0.5), now());
  }));
  Reopen();
  const std::unique_ptr<Reader> reader = NewReader();
  for (const auto& [offset, data] :
       {std::pair<int64_t, std::string>{0, bytes.substr(0, 4)},
        {3, bytes.substr(3, 1)},
        {4, bytes.substr(4)},
        {5, bytes.substr(5)},
        {6, ""},
        {int64_t{1} << 40, ""}}) {
    ETALON_ASSERT_OK_AND_ASSIGN(const std::optional<ModelPiece> piece,
                                reader->ReadModel("alpha", 1, offset));
    ASSERT_TRUE(piece.has_value());
    EXPECT_EQ(piece->data, data) << offset;
    EXPECT_EQ(piece->size_bytes, 6);
  }
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial trial,
                              reader->GetTrial("alpha", 1));
  EXPECT_EQ(trial.model_size_bytes(), 6);
}

TEST_P(StoreConformance, ModelOnItsWayIsNobodysYet) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  const int attempt = Lease(started.trials[0], worker);
  ETALON_ASSERT_OK(AppendModel(started.trials[0], attempt, 4, 0, "abcd"));
  const std::unique_ptr<Reader> reader = NewReader();
  ETALON_ASSERT_OK_AND_ASSIGN(const std::optional<ModelPiece> piece,
                              reader->ReadModel("alpha", 1, 0));
  EXPECT_FALSE(piece.has_value());
  EXPECT_EQ(reader->GetTrial("alpha", 1)->model_size_bytes(), 0);
  EXPECT_THAT(reader->ReadModel("alpha", 99, 0),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("searches/alpha/trials/99")));
}

TEST_P(StoreConformance, ModelSaysHowFarItHasCome) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  const TrialId trial = started.trials[2];
  const int attempt = Lease(trial, worker);
  EXPECT_FALSE(FindModel(trial).has_value());
  ETALON_ASSERT_OK(AppendModel(trial, attempt, 6, 0, "ab"));
  ETALON_ASSERT_OK(AppendModel(trial, attempt, 6, 2, "c"));
  const std::optional<ModelRecord> model = FindModel(trial);
  ASSERT_TRUE(model.has_value());
  EXPECT_EQ(model->trial, trial);
  EXPECT_EQ(model->trial_number, 3);
  EXPECT_EQ(model->attempt, attempt);
  EXPECT_EQ(model->size_bytes, 6);
  EXPECT_EQ(model->stored_bytes, 3);
  EXPECT_EQ(model->validation_accuracy, std::nullopt);
}

TEST_P(StoreConformance, PiecesThatDoNotFollowAreRefused) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  const TrialId trial = started.trials[0];
  const int attempt = Lease(trial, worker);
  ETALON_ASSERT_OK(AppendModel(trial, attempt, 6, 0, "ab"));
  for (const absl::Status& status : {
           AppendModel(trial, attempt, 6, 0, "ab"),     // there already
           AppendModel(trial, attempt, 6, 3, "d"),      // a hole
           AppendModel(trial, attempt, 6, 2, "cdefg"),  // past the end
           AppendModel(trial, attempt, 7, 2, "c"),      // of another size
           AppendModel(trial, attempt + 1, 6, 2, "c"),  // of another attempt
       }) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal,
                                 HasSubstr("do not follow 2")));
  }
  EXPECT_EQ(FindModel(trial)->stored_bytes, 2);
}

TEST_P(StoreConformance, AttemptThatDoesNotSucceedTakesItsModelAlong) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  const TrialId trial = started.trials[0];
  const std::vector<Store::Operation> ends = {
      [&](Transaction& transaction) {
        return transaction.RequeueTrial(trial, 1, v1::Attempt::LOST, "", now());
      },
      [&](Transaction& transaction) {
        return transaction.RequeueTrial(trial, 2, v1::Attempt::RETURNED, "",
                                        now());
      },
      [&](Transaction& transaction) {
        return transaction.CompleteTrial(trial, 3, SampleDivergence(17), now());
      }};
  for (const Store::Operation& end : ends) {
    const int attempt = Lease(trial, worker);
    ETALON_ASSERT_OK(AppendModel(trial, attempt, 6, 0, "abcdef"));
    ETALON_ASSERT_OK(Write(end));
    EXPECT_FALSE(FindModel(trial).has_value()) << attempt;
  }
}

TEST_P(StoreConformance, TrialThatFailsOrIsCancelledTakesItsModelAlong) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  Lease(started.trials[0], worker);
  Lease(started.trials[1], worker);
  FinishWithModel(worker, started.trials[2], 0.5);
  ETALON_ASSERT_OK(AppendModel(started.trials[0], 1, 6, 0, "ab"));
  ETALON_ASSERT_OK(AppendModel(started.trials[1], 1, 6, 0, "ab"));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.FailLostTrial(
        started.trials[0], 1, "",
        SampleFailure(v1::Failure::WORKER_LOST, "lost"), now());
  }));
  EXPECT_FALSE(FindModel(started.trials[0]).has_value());
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CancelOpenTrials(
        started.search, SampleFailure(v1::Failure::CANCELLED, "by a user"),
        now());
  }));
  EXPECT_FALSE(FindModel(started.trials[1]).has_value());
  EXPECT_TRUE(FindModel(started.trials[2]).has_value());
}

TEST_P(StoreConformance, ModelsOfAStageAreThoseOfItsSucceededTrials) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  FinishWithModel(worker, started.trials[2], 0.75);
  FinishWithModel(worker, started.trials[0], 0.5);
  Lease(started.trials[1], worker);
  ETALON_ASSERT_OK(AppendModel(started.trials[1], 1, 6, 0, "ab"));
  Finish(started.trials[3], worker, 0.9);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    const auto models = transaction.ListModels(started.coarse);
    if (!models.ok()) return models.status();
    EXPECT_THAT(*models, SizeIs(2));
    EXPECT_EQ(models->at(0).trial, started.trials[0]);
    EXPECT_EQ(models->at(0).validation_accuracy, 0.5);
    EXPECT_EQ(models->at(0).stored_bytes, 6);
    EXPECT_EQ(models->at(1).trial, started.trials[2]);
    EXPECT_THAT(*transaction.ListModels(started.final), IsEmpty());
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, DeletedModelIsGoneAndItsTrialStays) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  const TrialId trial = started.trials[0];
  FinishWithModel(worker, trial, 0.5);
  for (int i = 0; i < 2; ++i) {
    ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
      return transaction.DeleteModel(trial);
    }));
  }
  const std::unique_ptr<Reader> reader = NewReader();
  EXPECT_EQ(*reader->ReadModel("alpha", 1, 0), std::nullopt);
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial read,
                              reader->GetTrial("alpha", 1));
  EXPECT_EQ(read.model_size_bytes(), 0);
  EXPECT_EQ(read.state(), v1::Trial::SUCCEEDED);
}

}  // namespace
}  // namespace etalon::testing
