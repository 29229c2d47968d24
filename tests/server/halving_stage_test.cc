// Stages that halve: trials wait at rungs with their checkpoints, and the best
// go on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/server/coordinator_harness.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::MakeCompletion;
using ::etalon::testing::ParseTextProto;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// An epoch has one update: rungs after updates 1 and 3 of 9.
v1::SearchSpec HalvingSpec(int trials, int replicates = 1) {
  v1::SearchSpec spec = RandomSpec("s", trials);
  spec.mutable_training()->mutable_dataset()->set_train(100);
  spec.mutable_training()->set_epochs(9);
  v1::StageSpec& stage = *spec.mutable_stages(0);
  stage.set_replicates(replicates);
  stage.mutable_stopping()->mutable_halving()->set_factor(3);
  return spec;
}

class HalvingStageTest : public ::testing::Test {
 protected:
  HalvingStageTest() { worker_ = harness_.Register("worker", 4); }

  absl::Status Store(const v1::LeaseToken& token, int64_t offset,
                     const std::string& data, int64_t size) {
    v1::StoreCheckpointRequest request;
    request.set_worker(worker_);
    *request.mutable_token() = token;
    request.set_size_bytes(size);
    request.set_offset(offset);
    request.set_data(data);
    return harness_
        .Call<v1::StoreCheckpointResponse>(&Coordinator::StoreCheckpoint,
                                           request)
        .status();
  }

  absl::StatusOr<v1::ReadCheckpointResponse> ReadFrom(
      const v1::LeaseToken& token, int64_t offset) {
    v1::ReadCheckpointRequest request;
    request.set_worker(worker_);
    *request.mutable_token() = token;
    request.set_offset(offset);
    return harness_.Call<v1::ReadCheckpointResponse>(
        &Coordinator::ReadCheckpoint, request);
  }

  static v1::Completion Suspension(const v1::LeasedTrial& lease,
                                   double accuracy) {
    v1::Completion completion = MakeCompletion(lease.token(), accuracy);
    completion.mutable_suspended();
    completion.mutable_measurements()->rbegin()->set_update(
        lease.trial().until_update());
    return completion;
  }

  // The trial's checkpoint is its name and where it is.
  static std::string CheckpointOf(const v1::LeasedTrial& lease) {
    return absl::StrCat(lease.token().trial(), " after ",
                        lease.trial().until_update());
  }

  absl::Status Suspend(const v1::LeasedTrial& lease, double accuracy) {
    const std::string data = CheckpointOf(lease);
    ETALON_EXPECT_OK(
        Store(lease.token(), 0, data, static_cast<int64_t>(data.size())));
    return harness_.Report(worker_, Suspension(lease, accuracy));
  }

  std::vector<v1::LeasedTrial> LeaseAll() {
    std::vector<v1::LeasedTrial> all;
    for (int i = 0; i < 100; ++i) {
      const auto leased = harness_.Lease(worker_, 100);
      ETALON_EXPECT_OK(leased);
      if (!leased.ok() || leased->trials().empty()) break;
      all.insert(all.end(), leased->trials().begin(), leased->trials().end());
    }
    return all;
  }

  // Trains what there is to its rungs or its end; the accuracy of trial n is
  // n / 100.
  std::vector<int64_t> TrainRung() {
    std::vector<int64_t> numbers;
    for (const v1::LeasedTrial& lease : LeaseAll()) {
      numbers.push_back(NumberOf(lease));
      const double accuracy = static_cast<double>(numbers.back()) / 100;
      ETALON_EXPECT_OK(
          lease.trial().until_update() > 0
              ? Suspend(lease, accuracy)
              : harness_.Complete(worker_, lease.token(), accuracy));
    }
    return numbers;
  }

  static int64_t NumberOf(const v1::LeasedTrial& lease) {
    const std::string& name = lease.token().trial();
    return std::stoll(name.substr(name.rfind('/') + 1));
  }

  v1::Trial::State StateOf(int64_t number) {
    return harness_.GetTrial("s", number).state();
  }

  CoordinatorHarness harness_;
  std::string worker_;
};

TEST_F(HalvingStageTest, TheBestThirdGoesOnAtEveryRung) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(9)));
  EXPECT_EQ(TrainRung().size(), 9);
  v1::Search search = harness_.GetSearch("s");
  EXPECT_EQ(search.counts().stopped(), 6);
  EXPECT_EQ(search.counts().queued(), 3);
  EXPECT_THAT(TrainRung(), ElementsAre(7, 8, 9));
  EXPECT_THAT(TrainRung(), ElementsAre(9));
  search = harness_.GetSearch("s");
  EXPECT_EQ(search.state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(search.counts().stopped(), 8);
  EXPECT_EQ(search.counts().succeeded(), 1);
  const v1::Trial stopped = harness_.GetTrial("s", 8);
  EXPECT_EQ(stopped.state(), v1::Trial::STOPPED);
  EXPECT_EQ(stopped.rung(), 1);
  EXPECT_EQ(stopped.result().update(), 3);
  EXPECT_EQ(stopped.attempt_count(), 2);
  EXPECT_TRUE(stopped.has_end_time());
  EXPECT_EQ(harness_.GetTrial("s", 1).result().update(), 1);
}

TEST_F(HalvingStageTest, TrialsWaitUntilAllAreThere) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(3)));
  const std::vector<v1::LeasedTrial> leases = LeaseAll();
  ASSERT_EQ(leases.size(), 3);
  ETALON_ASSERT_OK(Suspend(leases[0], 0.1));
  ETALON_ASSERT_OK(Suspend(leases[1], 0.2));
  EXPECT_EQ(StateOf(1), v1::Trial::SUSPENDED);
  EXPECT_EQ(harness_.GetSearch("s").counts().suspended(), 2);
  EXPECT_THAT(LeaseAll(), IsEmpty());
  ETALON_ASSERT_OK(
      harness_.Fail(worker_, leases[2].token(), v1::Failure::DIVERGED));
  EXPECT_EQ(StateOf(1), v1::Trial::STOPPED);
  EXPECT_EQ(StateOf(2), v1::Trial::QUEUED);
}

TEST_F(HalvingStageTest, LeaseSaysWhereItBeginsAndEnds) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(3)));
  std::vector<v1::LeasedTrial> leases = LeaseAll();
  ASSERT_EQ(leases.size(), 3);
  EXPECT_EQ(leases[2].trial().rung(), 0);
  EXPECT_EQ(leases[2].trial().until_update(), 1);
  EXPECT_EQ(leases[2].checkpoint_size_bytes(), 0);
  EXPECT_THAT(ReadFrom(leases[2].token(), 0),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("trials/3")));
  const std::string checkpoint = CheckpointOf(leases[2]);
  for (int i = 0; i < 3; ++i) ETALON_ASSERT_OK(Suspend(leases[i], 0.1 * i));
  // The token that brought it there reads no more.
  EXPECT_THAT(
      ReadFrom(leases[2].token(), 0),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("stale")));
  const v1::LeasedTrial lease = harness_.LeaseOne(worker_);
  EXPECT_EQ(NumberOf(lease), 3);
  EXPECT_EQ(lease.trial().rung(), 1);
  EXPECT_EQ(lease.trial().until_update(), 3);
  EXPECT_EQ(lease.checkpoint_size_bytes(), checkpoint.size());
  ETALON_ASSERT_OK_AND_ASSIGN(const auto whole, ReadFrom(lease.token(), 0));
  EXPECT_EQ(whole.data(), checkpoint);
  EXPECT_EQ(whole.size_bytes(), checkpoint.size());
  ETALON_ASSERT_OK_AND_ASSIGN(const auto rest, ReadFrom(lease.token(), 4));
  EXPECT_EQ(rest.data(), checkpoint.substr(4));
  ETALON_ASSERT_OK_AND_ASSIGN(
      const auto end,
      ReadFrom(lease.token(), static_cast<int64_t>(checkpoint.size())));
  EXPECT_EQ(end.data(), "");
}

TEST_F(HalvingStageTest, RepeatedLeaseIsDescribedAsTheFirst) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(3)));
  TrainRung();
  ETALON_ASSERT_OK_AND_ASSIGN(const auto first,
                              harness_.Lease(worker_, 1, "again"));
  ETALON_ASSERT_OK_AND_ASSIGN(const auto second,
                              harness_.Lease(worker_, 1, "again"));
  EXPECT_THAT(second, testing::EqualsProto(first));
  EXPECT_GT(second.trials(0).checkpoint_size_bytes(), 0);
}

TEST_F(HalvingStageTest, RepeatOfASuspensionIsAnsweredAsTheFirst) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(3)));
  const std::vector<v1::LeasedTrial> leases = LeaseAll();
  for (int i = 0; i < 3; ++i) ETALON_ASSERT_OK(Suspend(leases[i], 0.1 * i));
  // Whatever became of the trial since: stopped, queued, at work, ended.
  const auto repeat = [&](int i, double accuracy) {
    return harness_.Report(worker_, Suspension(leases[i], accuracy));
  };
  ETALON_EXPECT_OK(repeat(0, 0));
  ETALON_EXPECT_OK(repeat(2, 0.2));
  const v1::LeasedTrial lease = harness_.LeaseOne(worker_);
  ETALON_EXPECT_OK(repeat(2, 0.2));
  EXPECT_THAT(repeat(2, 0.3), StatusIs(absl::StatusCode::kAlreadyExists,
                                       HasSubstr("attempt 1")));
  EXPECT_THAT(
      harness_.Complete(worker_, leases[0].token(), 0),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("attempt 1")));
  ETALON_ASSERT_OK(Suspend(lease, 0.2));
  const v1::LeasedTrial last = harness_.LeaseOne(worker_);
  ETALON_ASSERT_OK(harness_.Complete(worker_, last.token(), 0.5));
  ETALON_EXPECT_OK(repeat(2, 0.2));
  ETALON_EXPECT_OK(harness_.Complete(worker_, last.token(), 0.5));
  EXPECT_EQ(harness_.GetSearch("s").state(), v1::Search::SUCCEEDED);
  // And of another worker's.
  const std::string other = harness_.Register("other");
  EXPECT_THAT(
      harness_.Report(other, Suspension(leases[2], 0.2)),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("stale")));
}

TEST_F(HalvingStageTest, SuspensionThatCannotBeIsRefused) {
  v1::SearchSpec spec = HalvingSpec(1);
  spec.mutable_stages(0)->clear_stopping();
  spec.set_name("plain");
  ETALON_ASSERT_OK(harness_.Create(spec));
  const v1::LeasedTrial plain = harness_.LeaseOne(worker_);
  const auto invalid = [](const std::string& message) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message));
  };
  EXPECT_THAT(Store(plain.token(), 0, "a", 1), invalid("up to its end"));
  v1::Completion early = MakeCompletion(plain.token(), 0.5);
  early.mutable_suspended();
  EXPECT_THAT(harness_.Report(worker_, early), invalid("up to its end"));
  ETALON_ASSERT_OK(harness_.Complete(worker_, plain.token(), 0.5));

  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(3)));
  const v1::LeasedTrial lease = harness_.LeaseOne(worker_);
  EXPECT_THAT(harness_.Report(worker_, Suspension(lease, 0.5)),
              invalid("its checkpoint was not stored"));
  ETALON_ASSERT_OK(Store(lease.token(), 0, "ab", 3));
  EXPECT_THAT(harness_.Report(worker_, Suspension(lease, 0.5)),
              invalid("2 of 3 bytes are there"));
  ETALON_ASSERT_OK(Store(lease.token(), 2, "c", 3));
  v1::Completion elsewhere = Suspension(lease, 0.5);
  elsewhere.mutable_measurements()->rbegin()->set_update(2);
  EXPECT_THAT(harness_.Report(worker_, elsewhere),
              invalid("is of update 2: the trial was leased up to update 1"));
  v1::Completion unmeasured = Suspension(lease, 0.5);
  unmeasured.clear_measurements();
  EXPECT_THAT(harness_.Report(worker_, unmeasured), invalid("validation"));
  ETALON_EXPECT_OK(harness_.Report(worker_, Suspension(lease, 0.5)));
}

TEST_F(HalvingStageTest, PiecesOfACheckpointFollowEachOther) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(3)));
  const v1::LeasedTrial lease = harness_.LeaseOne(worker_);
  ETALON_ASSERT_OK(Store(lease.token(), 0, "ab", 4));
  ETALON_ASSERT_OK(Store(lease.token(), 0, "ab", 4));
  EXPECT_THAT(Store(lease.token(), 3, "d", 4),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("2 of 4 bytes are there")));
  EXPECT_THAT(Store(lease.token(), 2, "c", 5),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("it was 4 with the first piece")));
  harness_.Restart();
  ETALON_ASSERT_OK(Store(lease.token(), 2, "cd", 4));
  ETALON_ASSERT_OK(harness_.Report(worker_, Suspension(lease, 0.5)));
  EXPECT_THAT(
      Store(lease.token(), 0, "ab", 4),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("stale")));
}

TEST_F(HalvingStageTest, LostAndReturnedTrialsBeginAtTheirRungAgain) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(3)));
  TrainRung();
  v1::LeasedTrial lease = harness_.LeaseOne(worker_);
  const int64_t size = lease.checkpoint_size_bytes();
  EXPECT_GT(size, 0);
  ETALON_ASSERT_OK(Store(lease.token(), 0, "ab", 4));
  harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(1));
  EXPECT_EQ(StateOf(3), v1::Trial::QUEUED);
  lease = harness_.LeaseOne(worker_);
  EXPECT_EQ(lease.trial().rung(), 1);
  EXPECT_EQ(lease.checkpoint_size_bytes(), size);
  ETALON_ASSERT_OK(harness_.Return(worker_, lease.token(), "no data"));
  lease = harness_.LeaseOne(worker_);
  EXPECT_EQ(lease.checkpoint_size_bytes(), size);
  EXPECT_EQ(lease.trial().until_update(), 3);
  // The first attempt brought it to its rung, one was lost, one handed back.
  EXPECT_EQ(lease.token().attempt(), 4);
}

TEST_F(HalvingStageTest, OnlyLossesCountForMaxAttempts) {
  v1::SearchSpec spec = HalvingSpec(3);
  spec.set_max_attempts(2);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainRung();
  harness_.LeaseOne(worker_);
  harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(1));
  EXPECT_EQ(StateOf(3), v1::Trial::QUEUED);
  harness_.LeaseOne(worker_);
  harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(1));
  EXPECT_EQ(StateOf(3), v1::Trial::FAILED);
  // Nobody is left at the last rung.
  EXPECT_EQ(harness_.GetSearch("s").state(), v1::Search::FAILED);
}

TEST_F(HalvingStageTest, LossOfTheLastAtWorkSendsTheOthersOn) {
  v1::SearchSpec spec = HalvingSpec(3);
  spec.set_max_attempts(1);
  ETALON_ASSERT_OK(harness_.Create(spec));
  const std::vector<v1::LeasedTrial> leases = LeaseAll();
  ETALON_ASSERT_OK(Suspend(leases[0], 0.1));
  ETALON_ASSERT_OK(Suspend(leases[1], 0.2));
  harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(1));
  EXPECT_EQ(StateOf(3), v1::Trial::FAILED);
  EXPECT_EQ(StateOf(2), v1::Trial::QUEUED);
}

TEST_F(HalvingStageTest, CancelEndsWhatWaits) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(3)));
  const std::vector<v1::LeasedTrial> leases = LeaseAll();
  ETALON_ASSERT_OK(Suspend(leases[0], 0.1));
  ETALON_ASSERT_OK(harness_.Cancel("searches/s"));
  EXPECT_EQ(StateOf(1), v1::Trial::CANCELLED);
  EXPECT_EQ(harness_.GetSearch("s").counts().cancelled(), 3);
  EXPECT_THAT(
      harness_.Report(worker_, Suspension(leases[1], 0.1)),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("CANCELLED")));
}

TEST_F(HalvingStageTest, PausedSearchSendsNobodyOutFromItsRungs) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(3)));
  const std::vector<v1::LeasedTrial> leases = LeaseAll();
  ETALON_ASSERT_OK(harness_.Pause("searches/s"));
  for (int i = 0; i < 3; ++i) ETALON_ASSERT_OK(Suspend(leases[i], 0.1 * i));
  EXPECT_EQ(StateOf(3), v1::Trial::QUEUED);
  EXPECT_THAT(LeaseAll(), IsEmpty());
  ETALON_ASSERT_OK(harness_.Resume("searches/s"));
  EXPECT_THAT(TrainRung(), ElementsAre(3));
}

TEST_F(HalvingStageTest, RestartsChangeNothing) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(9)));
  const std::vector<v1::LeasedTrial> leases = LeaseAll();
  for (int i = 0; i < 9; ++i) {
    ETALON_ASSERT_OK(Suspend(leases[i], 0.1 * i));
    harness_.Restart();
  }
  EXPECT_THAT(TrainRung(), ElementsAre(7, 8, 9));
  harness_.Restart();
  EXPECT_THAT(TrainRung(), ElementsAre(9));
}

TEST_F(HalvingStageTest, OrderOfArrivalChangesNothing) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(6)));
  const std::vector<v1::LeasedTrial> leases = LeaseAll();
  ASSERT_EQ(leases.size(), 6);
  for (const int i : {4, 1, 5, 0, 3, 2}) {
    ETALON_ASSERT_OK(Suspend(leases[i], i % 2 == 0 ? 0.5 : 0.1));
  }
  EXPECT_THAT(TrainRung(), ElementsAre(1, 3));
}

TEST_F(HalvingStageTest, ReplicatesGoOnTogether) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(3, 2)));
  const std::vector<v1::LeasedTrial> leases = LeaseAll();
  ASSERT_EQ(leases.size(), 6);
  const double accuracies[] = {0.9, 0.1, 0.6, 0.6, 0.2, 0.3};
  for (int i = 0; i < 6; ++i) {
    ETALON_ASSERT_OK(Suspend(leases[i], accuracies[i]));
  }
  EXPECT_THAT(TrainRung(), ElementsAre(3, 4));
}

TEST_F(HalvingStageTest, LaterStagesBuildOnWhoCameThrough) {
  v1::SearchSpec spec = HalvingSpec(9);
  *spec.add_stages() = ParseTextProto<v1::StageSpec>(
      "name: 'final' take { from: 'coarse' top: 3 }");
  ETALON_ASSERT_OK(harness_.Create(spec));
  for (int rung = 0; rung < 3; ++rung) TrainRung();
  // One configuration alone came to its end.
  const v1::Search search = harness_.GetSearch("s");
  EXPECT_EQ(search.counts().queued(), 1);
  const v1::LeasedTrial final = harness_.LeaseOne(worker_);
  EXPECT_EQ(NumberOf(final), 10);
  EXPECT_EQ(final.trial().until_update(), 0);
  EXPECT_EQ(final.trial().parameters(0).value().number(),
            harness_.GetTrial("s", 9).parameters(0).value().number());
}

// Brackets of nine, five and three; the best of all is in the first.
TEST_F(HalvingStageTest, LaterStagesBuildOnAllBracketsOfHyperband) {
  v1::SearchSpec spec = HalvingSpec(9);
  spec.mutable_stages(0)->mutable_stopping()->mutable_hyperband()->set_factor(
      3);
  *spec.add_stages() = ParseTextProto<v1::StageSpec>(
      "name: 'final' take { from: 'coarse' top: 1 }");
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search, harness_.Create(spec));
  ASSERT_EQ(search.stages_size(), 4);
  EXPECT_EQ(search.stages(0).planned_trials(), 9);
  EXPECT_EQ(search.stages(1).planned_trials(), 5);
  EXPECT_EQ(search.stages(2).planned_trials(), 3);
  int trained = 0;
  for (int turn = 0; turn < 20; ++turn) {
    for (const v1::LeasedTrial& lease : LeaseAll()) {
      ++trained;
      const double accuracy = 1 - static_cast<double>(NumberOf(lease)) / 100;
      ETALON_ASSERT_OK(
          lease.trial().until_update() > 0
              ? Suspend(lease, accuracy)
              : harness_.Complete(worker_, lease.token(), accuracy));
    }
  }
  // 9, 3 and 1; 5 and 1; 3; and the last.
  EXPECT_EQ(trained, 9 + 3 + 1 + 5 + 1 + 3 + 1);
  EXPECT_EQ(harness_.GetSearch("s").state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(harness_.GetTrial("s", 18).parameters(0).value().number(),
            harness_.GetTrial("s", 1).parameters(0).value().number());
}

TEST_F(HalvingStageTest, ATrialThatIsOutOfPatienceHasSucceeded) {
  ETALON_ASSERT_OK(harness_.Create(HalvingSpec(3)));
  const std::vector<v1::LeasedTrial> leases = LeaseAll();
  ETALON_ASSERT_OK(harness_.Complete(worker_, leases[0].token(), 0.9));
  ETALON_ASSERT_OK(Suspend(leases[1], 0.1));
  ETALON_ASSERT_OK(Suspend(leases[2], 0.2));
  EXPECT_THAT(TrainRung(), ElementsAre(3));
  EXPECT_EQ(StateOf(1), v1::Trial::SUCCEEDED);
}

}  // namespace
}  // namespace etalon
