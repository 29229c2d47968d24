// Stages that get their configurations one after the other, as results come.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/stage_proposals.h"
#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::MakeCompletion;
using ::etalon::testing::MakeReport;
using ::etalon::testing::OnlyVerdict;
using ::etalon::testing::RandomSpec;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kSearch[] = "searches/s";

v1::SearchSpec TpeSpec(int count, int startup, int look_ahead) {
  v1::SearchSpec spec = RandomSpec("s", 1);
  v1::Sample::ModelBased& tpe =
      *spec.mutable_stages(0)->mutable_sample()->mutable_tpe();
  tpe.set_count(count);
  tpe.set_startup(startup);
  tpe.set_look_ahead(look_ahead);
  return spec;
}

// Of the first search that a coordinator gets.
StageKey FirstStage() { return {"s", "coarse", 1}; }

// A result that depends on nothing but the configuration.
double Accuracy(const v1::Trial& trial) {
  return 0.5 / (1 + trial.parameters(0).value().number() +
                trial.parameters(1).value().number());
}

// A coordinator and a worker.
class World {
 public:
  World() { worker_ = harness_.Register("worker"); }

  std::vector<v1::LeasedTrial> Lease(int max_trials) {
    const auto response = harness_.Lease(worker_, max_trials);
    GTEST_CHECK_(response.ok()) << response.status();
    return {response->trials().begin(), response->trials().end()};
  }
  void Finish(const v1::LeasedTrial& leased) {
    ETALON_EXPECT_OK(
        harness_.Complete(worker_, leased.token(), Accuracy(leased.trial())));
    harness_.Settle();
  }
  // Trains what there is, `side_by_side` at a time, the last of them first.
  void TrainAll(int side_by_side) {
    for (std::vector<v1::LeasedTrial> leased = Lease(side_by_side);
         !leased.empty(); leased = Lease(side_by_side)) {
      for (auto it = leased.rbegin(); it != leased.rend(); ++it) Finish(*it);
    }
  }
  std::vector<std::string> Table() {
    std::vector<std::string> table;
    const int64_t trials = harness_.GetSearch("s").counts().succeeded();
    for (int64_t number = 1; number <= trials; ++number) {
      const v1::Trial trial = harness_.GetTrial("s", number);
      table.push_back(absl::StrCat(trial.configuration(), " ",
                                   trial.parameters(0).value().number(), " ",
                                   trial.parameters(1).value().number(), " ",
                                   trial.seeds().initialization(), " ",
                                   trial.result().validation().accuracy()));
    }
    return table;
  }

  CoordinatorHarness harness_;
  std::string worker_;
};

class AdaptiveStageTest : public ::testing::Test, public World {};

TEST_F(AdaptiveStageTest, GetsConfigurationsAsResultsCome) {
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(5, 2, 2)));
  EXPECT_EQ(harness_.GetSearch("s").stages(0).planned_trials(), 5);
  const std::vector<v1::LeasedTrial> first = Lease(10);
  ASSERT_THAT(first, SizeIs(2));
  EXPECT_THAT(Lease(10), IsEmpty());
  Finish(first[0]);
  EXPECT_THAT(Lease(10), SizeIs(1));
}

TEST_F(AdaptiveStageTest, WaitsForTheFirstThatIsOpen) {
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(5, 2, 2)));
  const std::vector<v1::LeasedTrial> first = Lease(10);
  ASSERT_THAT(first, SizeIs(2));
  Finish(first[1]);
  EXPECT_THAT(Lease(10), IsEmpty());
  Finish(first[0]);
  EXPECT_THAT(Lease(10), SizeIs(2));
}

TEST_F(AdaptiveStageTest, EndsWithAllItsConfigurations) {
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(6, 2, 3)));
  TrainAll(1);
  const v1::Search search = harness_.GetSearch("s");
  EXPECT_EQ(search.state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(search.counts().succeeded(), 6);
}

TEST_F(AdaptiveStageTest, TableDoesNotDependOnWhatEndsFirst) {
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(12, 4, 4)));
  TrainAll(1);
  const std::vector<std::string> one_by_one = Table();
  ASSERT_THAT(one_by_one, SizeIs(12));
  for (const int side_by_side : {2, 3, 4, 100}) {
    World other;
    ETALON_ASSERT_OK(other.harness_.Create(TpeSpec(12, 4, 4)));
    other.TrainAll(side_by_side);
    EXPECT_EQ(other.Table(), one_by_one) << side_by_side;
  }
}

TEST_F(AdaptiveStageTest, WithoutDeterminismSeesEveryResult) {
  v1::SearchSpec spec = TpeSpec(5, 2, 2);
  spec.mutable_stages(0)->mutable_sample()->mutable_tpe()->set_deterministic(
      false);
  ETALON_ASSERT_OK(harness_.Create(spec));
  const std::vector<v1::LeasedTrial> first = Lease(10);
  ASSERT_THAT(first, SizeIs(2));
  Finish(first[1]);
  EXPECT_THAT(Lease(10), SizeIs(1));
}

TEST_F(AdaptiveStageTest, GoesOnWhereItStoppedAfterARestart) {
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(6, 2, 2)));
  const std::vector<v1::LeasedTrial> first = Lease(10);
  Finish(first[0]);
  harness_.Restart();
  Finish(first[1]);
  TrainAll(1);
  EXPECT_EQ(harness_.GetSearch("s").counts().succeeded(), 6);
}

TEST_F(AdaptiveStageTest, FailuresCountAsResults) {
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(4, 2, 2)));
  for (int i = 0; i < 3; ++i) {
    ETALON_EXPECT_OK(harness_.Fail(worker_, harness_.LeaseOne(worker_).token(),
                                   v1::Failure::DIVERGED));
    harness_.Settle();
  }
  TrainAll(1);
  const v1::Search search = harness_.GetSearch("s");
  EXPECT_EQ(search.counts().diverged(), 3);
  EXPECT_EQ(search.counts().succeeded(), 1);
  EXPECT_EQ(search.state(), v1::Search::SUCCEEDED);
}

TEST_F(AdaptiveStageTest, CancelledOneGetsNoMore) {
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(6, 2, 2)));
  const std::vector<v1::LeasedTrial> first = Lease(10);
  ETALON_ASSERT_OK(harness_.Cancel(kSearch));
  harness_.coordinator().Adopt(FirstStage(), std::vector<Configuration>(1));
  harness_.Settle();
  EXPECT_EQ(harness_.GetSearch("s").counts().cancelled(), 2);
  EXPECT_EQ(harness_.GetSearch("s").counts().queued(), 0);
}

TEST_F(AdaptiveStageTest, EndedOnesAreForgotten) {
  const auto known = [this] {
    harness_.Elapse(absl::Seconds(1));
    return harness_.coordinator().statistics().adaptive_stages.load();
  };
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(6, 2, 2)));
  EXPECT_EQ(known(), 1);
  ETALON_ASSERT_OK(harness_.Cancel(kSearch));
  EXPECT_EQ(known(), 0);
  v1::SearchSpec other = TpeSpec(6, 2, 2);
  other.set_name("other");
  ETALON_ASSERT_OK(harness_.Create(other));
  EXPECT_EQ(known(), 1);
  for (std::vector<v1::LeasedTrial> leased = Lease(1); !leased.empty();
       leased = Lease(1)) {
    Finish(leased[0]);
  }
  EXPECT_EQ(known(), 0);
}

TEST_F(AdaptiveStageTest, ProposalForADeletedOneIsNotForAnotherOfItsName) {
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(6, 2, 2)));
  ETALON_ASSERT_OK(harness_.Cancel(kSearch));
  v1::DeleteSearchRequest request;
  request.set_name(kSearch);
  ETALON_ASSERT_OK(harness_.Call<v1::DeleteSearchResponse>(
      &Coordinator::DeleteSearch, request));
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(6, 2, 2)));
  // What would come next in either.
  std::vector<Configuration> late(1);
  late[0].index = 2;
  harness_.coordinator().Adopt(FirstStage(), late);
  harness_.Settle();
  const v1::Search search = harness_.GetSearch("s");
  EXPECT_EQ(search.state(), v1::Search::RUNNING);
  EXPECT_EQ(search.counts().queued(), 2);
}

TEST_F(AdaptiveStageTest, NothingIsProposedForADeletedOne) {
  const auto reader = harness_.store().NewReader();
  ETALON_ASSERT_OK(reader);
  const auto proposed = ProposeConfigurations(**reader, FirstStage());
  ETALON_ASSERT_OK(proposed);
  EXPECT_THAT(*proposed, IsEmpty());
}

TEST_F(AdaptiveStageTest, PausedOneGoesOnProposing) {
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(6, 2, 2)));
  const std::vector<v1::LeasedTrial> first = Lease(10);
  ETALON_ASSERT_OK(harness_.Pause(kSearch));
  Finish(first[0]);
  EXPECT_THAT(Lease(10), IsEmpty());
  ETALON_ASSERT_OK(harness_.Resume(kSearch));
  EXPECT_THAT(Lease(10), SizeIs(1));
}

TEST_F(AdaptiveStageTest, ProposalThatComesTwiceCountsOnce) {
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(6, 2, 2)));
  // The first two are there already.
  std::vector<Configuration> again(1);
  again[0].index = 1;
  harness_.coordinator().Adopt(FirstStage(), again);
  harness_.Settle();
  EXPECT_EQ(harness_.GetSearch("s").counts().queued(), 2);
}

TEST_F(AdaptiveStageTest, FullDiskDelaysProposals) {
  ETALON_ASSERT_OK(harness_.Create(TpeSpec(6, 2, 2)));
  const std::vector<v1::LeasedTrial> first = Lease(10);
  // The writer rests between the commit of the completion and that of what is
  // proposed after it.
  CoordinatorHarness::Hold before = harness_.HoldWriter();
  before.Await();
  auto completed = harness_.Send<v1::CompleteTrialsResponse>(
      &Coordinator::CompleteTrials,
      MakeReport(worker_,
                 MakeCompletion(first[0].token(), Accuracy(first[0].trial()))));
  CoordinatorHarness::Hold between = harness_.HoldWriter();
  before.Release();
  between.Await();
  harness_.store().FailCommits(absl::ResourceExhaustedError("disk full"));
  between.Release();
  ETALON_ASSERT_OK(OnlyVerdict(completed.get()));
  harness_.Settle();
  EXPECT_EQ(harness_.GetSearch("s").counts().queued(), 0);
  harness_.store().FailCommits(absl::OkStatus());
  harness_.Elapse(absl::Seconds(1));
  EXPECT_THAT(Lease(10), SizeIs(1));
}

}  // namespace
}  // namespace etalon
