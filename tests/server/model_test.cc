// Models that trials' workers store, and which of them stay.

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;

class ModelTest : public ::testing::Test {
 protected:
  ModelTest() { worker_ = harness_.Register("worker"); }

  void Create(v1::KeepModel policy, int trials, const std::string& name = "s") {
    v1::SearchSpec spec = RandomSpec(name, trials);
    spec.mutable_training()->set_keep_model(policy);
    ETALON_ASSERT_OK(harness_.Create(spec));
  }
  v1::LeaseToken LeaseOne() { return harness_.LeaseOne(worker_).token(); }

  absl::StatusOr<bool> Store(const v1::LeaseToken& token, double accuracy,
                             int64_t offset, const std::string& data,
                             int64_t size = 6) {
    v1::StoreModelRequest request;
    request.set_worker(worker_);
    *request.mutable_token() = token;
    request.set_size_bytes(size);
    request.set_validation_accuracy(accuracy);
    request.set_offset(offset);
    request.set_data(data);
    const auto response = harness_.Call<v1::StoreModelResponse>(
        &Coordinator::StoreModel, request);
    if (!response.ok()) return response.status();
    return response->wanted();
  }
  // Stores six bytes, as far as they are wanted, and completes the trial.
  void Finish(const v1::LeaseToken& token, double accuracy) {
    for (const int offset : {0, 3}) {
      const absl::StatusOr<bool> wanted = Store(token, accuracy, offset, "abc");
      ETALON_ASSERT_OK(wanted);
      if (!*wanted) break;
    }
    ETALON_ASSERT_OK(harness_.Complete(worker_, token, accuracy));
  }
  int64_t SizeOf(int64_t number, const std::string& search = "s") {
    return harness_.GetTrial(search, number).model_size_bytes();
  }

  CoordinatorHarness harness_;
  std::string worker_;
};

TEST_F(ModelTest, StageThatKeepsAllKeepsEveryTrials) {
  Create(v1::KEEP_ALL, 2);
  Finish(LeaseOne(), 0.5);
  Finish(LeaseOne(), 0.25);
  EXPECT_EQ(SizeOf(1), 6);
  EXPECT_EQ(SizeOf(2), 6);
}

TEST_F(ModelTest, StageThatKeepsNoneWantsNone) {
  Create(v1::KEEP_NONE, 1);
  const v1::LeaseToken token = LeaseOne();
  EXPECT_EQ(*Store(token, 0.5, 0, "abc"), false);
  Finish(token, 0.5);
  EXPECT_EQ(SizeOf(1), 0);
}

TEST_F(ModelTest, WorseModelGoesWhenABetterTrialCompletes) {
  Create(v1::KEEP_BEST, 3);
  Finish(LeaseOne(), 0.5);
  EXPECT_EQ(SizeOf(1), 6);
  Finish(LeaseOne(), 0.625);
  EXPECT_EQ(SizeOf(1), 0);
  EXPECT_EQ(SizeOf(2), 6);
  EXPECT_EQ(*Store(LeaseOne(), 0.5, 0, "abc"), false);
}

// Every order of completion, with what is stored before and after the others'
// completions mixed: trials 2 and 3 tie for the best.
TEST_F(ModelTest, KeptBestIsTheSameWhateverTheOrderOfCompletions) {
  const std::vector<double> accuracies = {0.5, 0.75, 0.75, 0.25};
  std::vector<int> order(accuracies.size());
  std::iota(order.begin(), order.end(), 0);
  int round = 0;
  do {
    const std::string search = absl::StrCat("s", ++round);
    Create(v1::KEEP_BEST, 4, search);
    std::vector<v1::LeaseToken> tokens;
    for (size_t i = 0; i < order.size(); ++i) tokens.push_back(LeaseOne());
    // The first piece of all, so that every model is on its way at once.
    for (const int i : order) {
      ETALON_ASSERT_OK(Store(tokens[i], accuracies[i], 0, "abc"));
    }
    for (const int i : order) Finish(tokens[i], accuracies[i]);
    for (int number = 1; number <= 4; ++number) {
      EXPECT_EQ(SizeOf(number, search), number == 2 ? 6 : 0)
          << search << ", trial " << number;
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(ModelTest, BestIsOfItsStageAlone) {
  v1::SearchSpec spec = RandomSpec("s", 1);
  spec.mutable_training()->set_keep_model(v1::KEEP_BEST);
  v1::StageSpec& second = *spec.add_stages();
  second.set_name("second");
  second.mutable_sample()->mutable_random()->set_count(1);
  ETALON_ASSERT_OK(harness_.Create(spec));
  Finish(LeaseOne(), 0.75);
  Finish(LeaseOne(), 0.5);
  EXPECT_EQ(SizeOf(1), 6);
  EXPECT_EQ(SizeOf(2), 6);
}

TEST_F(ModelTest, BetterTrialWithoutAModelLeavesTheKeptOneAlone) {
  Create(v1::KEEP_BEST, 2);
  Finish(LeaseOne(), 0.5);
  ETALON_ASSERT_OK(harness_.Complete(worker_, LeaseOne(), 0.75));
  EXPECT_EQ(SizeOf(1), 6);
}

TEST_F(ModelTest, ModelThatNeverCameWholeIsGoneWithTheCompletion) {
  Create(v1::KEEP_ALL, 1);
  const v1::LeaseToken token = LeaseOne();
  ETALON_ASSERT_OK(Store(token, 0.5, 0, "abc"));
  ETALON_ASSERT_OK(harness_.Complete(worker_, token, 0.5));
  EXPECT_EQ(SizeOf(1), 0);
}

TEST_F(ModelTest, RepeatsOfPiecesDoNoHarm) {
  Create(v1::KEEP_ALL, 1);
  const v1::LeaseToken token = LeaseOne();
  for (const int64_t offset : {0, 0, 3, 0, 3}) {
    EXPECT_EQ(*Store(token, 0.5, offset, "abc"), true);
  }
  ETALON_ASSERT_OK(harness_.Complete(worker_, token, 0.5));
  EXPECT_EQ(SizeOf(1), 6);
}

TEST_F(ModelTest, UploadGoesOnAfterARestart) {
  Create(v1::KEEP_ALL, 1);
  const v1::LeaseToken token = LeaseOne();
  ETALON_ASSERT_OK(Store(token, 0.5, 0, "abc"));
  harness_.Restart();
  ETALON_ASSERT_OK(Store(token, 0.5, 0, "abc"));
  ETALON_ASSERT_OK(Store(token, 0.5, 3, "def"));
  harness_.Restart();
  ETALON_ASSERT_OK(harness_.Complete(worker_, token, 0.5));
  EXPECT_EQ(SizeOf(1), 6);
}

TEST_F(ModelTest, PiecesThatDoNotFollowAreRefused) {
  Create(v1::KEEP_ALL, 1);
  const v1::LeaseToken token = LeaseOne();
  const auto invalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(Store(token, 0.5, 3, "def"),
              StatusIs(invalid, HasSubstr("offset is 3: 0 of 6")));
  ETALON_ASSERT_OK(Store(token, 0.5, 0, "abc"));
  EXPECT_THAT(Store(token, 0.5, 2, "cde"),
              StatusIs(invalid, HasSubstr("offset is 2: 3 of 6")));
  EXPECT_THAT(Store(token, 0.5, 3, "def", 7),
              StatusIs(invalid, HasSubstr("size_bytes is 7: it was 6")));
}

TEST_F(ModelTest, StaleTokensAreRefusedAndWhatTheySentIsGone) {
  Create(v1::KEEP_ALL, 1);
  const v1::LeaseToken lost = LeaseOne();
  ETALON_ASSERT_OK(Store(lost, 0.5, 0, "abc"));
  harness_.Elapse(2 * CoordinatorHarness::kLease);
  const v1::LeaseToken returned = LeaseOne();
  ETALON_ASSERT_OK(Store(returned, 0.5, 0, "xyz"));
  ETALON_ASSERT_OK(harness_.Return(worker_, returned, "no time"));
  const v1::LeaseToken token = LeaseOne();
  for (const v1::LeaseToken& stale : {lost, returned}) {
    EXPECT_THAT(
        Store(stale, 0.5, 3, "def"),
        StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("stale")));
  }
  // Of the pieces of earlier attempts nothing is left to go on from.
  EXPECT_THAT(Store(token, 0.5, 3, "def"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("0 of")));
  Finish(token, 0.5);
  EXPECT_EQ(SizeOf(1), 6);
  EXPECT_THAT(
      Store(token, 0.5, 3, "def"),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("SUCCEEDED")));
}

TEST_F(ModelTest, OtherWorkersTokenIsRefused) {
  Create(v1::KEEP_ALL, 1);
  const v1::LeaseToken token = LeaseOne();
  worker_ = harness_.Register("other");
  EXPECT_THAT(
      Store(token, 0.5, 0, "abc"),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("stale")));
}

TEST_F(ModelTest, DivergedTrialKeepsNone) {
  Create(v1::KEEP_ALL, 1);
  const v1::LeaseToken token = LeaseOne();
  ETALON_ASSERT_OK(Store(token, 0.5, 0, "abcdef"));
  ETALON_ASSERT_OK(harness_.Fail(worker_, token, v1::Failure::DIVERGED));
  EXPECT_EQ(SizeOf(1), 0);
}

}  // namespace
}  // namespace etalon
