// Stages whose trials end by thresholds, which come from earlier trials.

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
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
using ::etalon::testing::EqualsProto;
using ::etalon::testing::ParseTextProto;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kEpochs = 9;
constexpr int kUpdatesPerEpoch = 10;

// Nine epochs of ten updates, measured after each.
v1::SearchSpec Spec(const std::string& sample, const std::string& stopping) {
  v1::SearchSpec spec = RandomSpec("s", 1);
  spec.mutable_training()->MergeFrom(ParseTextProto<v1::Training>(
      "dataset { name: 'synthetic' train: 100 validation: 10 test: 10 } "
      "batch_size: 10 evaluation { per_epoch: 1 }"));
  spec.mutable_training()->clear_updates();
  spec.mutable_training()->set_epochs(kEpochs);
  v1::StageSpec& stage = *spec.mutable_stages(0);
  *stage.mutable_sample() = ParseTextProto<v1::Sample>(sample);
  *stage.mutable_stopping() = ParseTextProto<v1::Stopping>(stopping);
  return spec;
}

v1::SearchSpec MedianSpec(int count = 20) {
  return Spec(absl::StrCat("random { count: ", count, " }"),
              "median { startup: 2 look_ahead: 4 }");
}

// After so many epochs. Hangs on nothing but the configuration and its seed.
double Accuracy(const v1::Trial& trial, int epoch) {
  const double x = std::log10(trial.parameters(0).value().number());
  const double y = std::log10(trial.parameters(1).value().number());
  const double noise =
      static_cast<double>(trial.seeds().initialization() % 1000) / 1e5;
  return noise + 0.9 * (1 - std::exp(-0.3 * epoch)) / (1 + x * x / 9 + y * y);
}

// What a worker makes of it.
v1::Completion Train(const v1::LeasedTrial& leased) {
  v1::Completion completion;
  *completion.mutable_token() = leased.token();
  double best = 0;
  for (int epoch = 1; epoch <= kEpochs; ++epoch) {
    v1::Measurement& measurement = *completion.add_measurements();
    measurement.set_update(epoch * kUpdatesPerEpoch);
    measurement.set_epoch(epoch);
    best = std::max(best, Accuracy(leased.trial(), epoch));
    measurement.mutable_validation()->set_accuracy(
        Accuracy(leased.trial(), epoch));
    for (const v1::Threshold& threshold : leased.trial().thresholds()) {
      if (threshold.update() == measurement.update() &&
          best < threshold.accuracy()) {
        completion.mutable_stopped();
        return completion;
      }
    }
  }
  completion.mutable_succeeded();
  return completion;
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
  absl::Status Report(const v1::Completion& completion) {
    const absl::Status status = harness_.Report(worker_, completion);
    harness_.Settle();
    return status;
  }
  // Trains what there is, `side_by_side` at a time, the last of them first.
  void TrainAll(int side_by_side) {
    for (std::vector<v1::LeasedTrial> leased = Lease(side_by_side);
         !leased.empty(); leased = Lease(side_by_side)) {
      for (auto it = leased.rbegin(); it != leased.rend(); ++it) {
        ETALON_EXPECT_OK(Report(Train(*it)));
      }
    }
  }
  int64_t Count() {
    const v1::TrialCounts counts = harness_.GetSearch("s").counts();
    return counts.succeeded() + counts.stopped() + counts.diverged() +
           counts.queued() + counts.running();
  }
  std::vector<std::string> Table() {
    std::vector<std::string> table;
    for (int64_t number = 1; number <= Count(); ++number) {
      const v1::Trial trial = harness_.GetTrial("s", number);
      std::string thresholds;
      for (const v1::Threshold& t : trial.thresholds()) {
        absl::StrAppend(&thresholds, t.update(), "<", t.accuracy(), " ");
      }
      table.push_back(absl::StrCat(
          trial.configuration(), ".", trial.replicate(), " ",
          v1::Trial::State_Name(trial.state()), " ", trial.result().update(),
          " ", trial.result().validation().accuracy(), " ", thresholds));
    }
    return table;
  }

  CoordinatorHarness harness_;
  std::string worker_;
};

class ComparingStageTest : public ::testing::Test, public World {};

TEST_F(ComparingStageTest, GetsConfigurationsAsResultsCome) {
  ETALON_ASSERT_OK(harness_.Create(MedianSpec(6)));
  EXPECT_EQ(harness_.GetSearch("s").stages(0).planned_trials(), 6);
  const std::vector<v1::LeasedTrial> first = Lease(10);
  ASSERT_THAT(first, SizeIs(4));
  for (const v1::LeasedTrial& leased : first) {
    EXPECT_THAT(leased.trial().thresholds(), IsEmpty());
  }
  // The first that is open is waited for.
  ETALON_EXPECT_OK(Report(Train(first[1])));
  EXPECT_THAT(Lease(10), IsEmpty());
  ETALON_EXPECT_OK(Report(Train(first[0])));
  const std::vector<v1::LeasedTrial> more = Lease(10);
  ASSERT_THAT(more, SizeIs(2));
  // It knows one trial, the other two: only that is enough to compare with.
  EXPECT_THAT(more[0].trial().thresholds(), IsEmpty());
  EXPECT_THAT(more[1].trial().thresholds(), SizeIs(kEpochs - 1));
}

TEST_F(ComparingStageTest, StopsSomeAndEndsWithAllItsConfigurations) {
  ETALON_ASSERT_OK(harness_.Create(MedianSpec()));
  TrainAll(1);
  const v1::Search search = harness_.GetSearch("s");
  EXPECT_EQ(search.state(), v1::Search::SUCCEEDED);
  EXPECT_THAT(search.counts().stopped(), Gt(4));
  EXPECT_THAT(search.counts().succeeded(), Gt(4));
  EXPECT_EQ(search.counts().stopped() + search.counts().succeeded(), 20);
}

TEST_F(ComparingStageTest, HasTheConfigurationsOfItsSample) {
  ETALON_ASSERT_OK(harness_.Create(MedianSpec()));
  TrainAll(3);
  World without;
  v1::SearchSpec spec = MedianSpec();
  spec.mutable_stages(0)->clear_stopping();
  ETALON_ASSERT_OK(without.harness_.Create(spec));
  for (int64_t number = 1; number <= 20; ++number) {
    v1::Trial a = harness_.GetTrial("s", number);
    v1::Trial b = without.harness_.GetTrial("s", number);
    ASSERT_EQ(a.parameters_size(), b.parameters_size());
    for (int i = 0; i < a.parameters_size(); ++i) {
      EXPECT_THAT(a.parameters(i), EqualsProto(b.parameters(i)));
    }
    EXPECT_THAT(a.seeds(), EqualsProto(b.seeds()));
  }
}

struct Strategy {
  std::string name;
  std::string sample;
  std::string stopping;
};

class ComparedTableTest : public ::testing::TestWithParam<Strategy> {};

INSTANTIATE_TEST_SUITE_P(
    Strategies, ComparedTableTest,
    ::testing::Values(
        Strategy{"RandomMedian", "random { count: 20 }",
                 "median { startup: 2 look_ahead: 4 }"},
        Strategy{"GridMedian", "grid { points_per_parameter: 4 }",
                 "median { startup: 3 }"},
        Strategy{"SobolHalving", "sobol { count: 20 }",
                 "asynchronous_halving { look_ahead: 3 }"},
        Strategy{"LatinHypercubeHalving", "latin_hypercube { count: 20 }",
                 "asynchronous_halving { factor: 2 }"},
        Strategy{"TpeMedian", "tpe { count: 16 startup: 5 look_ahead: 3 }",
                 "median { startup: 2 look_ahead: 6 }"},
        Strategy{"CmaEsMedian", "cma_es { count: 16 population: 5 }",
                 "median { startup: 2 look_ahead: 3 }"}),
    [](const auto& info) { return info.param.name; });

TEST_P(ComparedTableTest, DoesNotDependOnWhatEndsFirst) {
  const v1::SearchSpec spec = Spec(GetParam().sample, GetParam().stopping);
  World one;
  ETALON_ASSERT_OK(one.harness_.Create(spec));
  one.TrainAll(1);
  EXPECT_EQ(one.harness_.GetSearch("s").state(), v1::Search::SUCCEEDED);
  EXPECT_THAT(one.harness_.GetSearch("s").counts().stopped(), Gt(0));
  for (const int side_by_side : {2, 100}) {
    World other;
    ETALON_ASSERT_OK(other.harness_.Create(spec));
    other.TrainAll(side_by_side);
    EXPECT_EQ(other.Table(), one.Table()) << side_by_side;
  }
}

TEST_F(ComparingStageTest, TableDoesNotDependOnRestartsAndLostWorkers) {
  World undisturbed;
  ETALON_ASSERT_OK(undisturbed.harness_.Create(MedianSpec()));
  undisturbed.TrainAll(1);
  ETALON_ASSERT_OK(harness_.Create(MedianSpec()));
  for (int round = 0; round < 5; ++round) {
    const std::vector<v1::LeasedTrial> leased = Lease(3);
    ASSERT_THAT(leased, SizeIs(Gt(0u)));
    ETALON_EXPECT_OK(Report(Train(leased.back())));
    // The others go with the worker.
    harness_.Restart();
    harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(1));
    worker_ = harness_.Register("another");
  }
  TrainAll(2);
  EXPECT_EQ(Table(), undisturbed.Table());
}

TEST_F(ComparingStageTest, EveryReplicateCountsAndHasTheThresholds) {
  v1::SearchSpec spec = MedianSpec(6);
  spec.mutable_stages(0)->set_replicates(2);
  ETALON_ASSERT_OK(harness_.Create(spec));
  const std::vector<v1::LeasedTrial> first = Lease(10);
  ASSERT_THAT(first, SizeIs(8));
  ETALON_EXPECT_OK(Report(Train(first[0])));
  EXPECT_THAT(Lease(10), IsEmpty());
  ETALON_EXPECT_OK(Report(Train(first[1])));
  const std::vector<v1::LeasedTrial> more = Lease(10);
  ASSERT_THAT(more, SizeIs(2));
  for (const v1::LeasedTrial& leased : more) {
    ASSERT_THAT(leased.trial().thresholds(), SizeIs(kEpochs - 1));
    for (int epoch = 1; epoch < kEpochs; ++epoch) {
      EXPECT_EQ(leased.trial().thresholds(epoch - 1).accuracy(),
                (Accuracy(first[0].trial(), epoch) +
                 Accuracy(first[1].trial(), epoch)) /
                    2);
    }
  }
}

TEST_F(ComparingStageTest, DivergedOnesAreTheWorst) {
  ETALON_ASSERT_OK(harness_.Create(MedianSpec(6)));
  const std::vector<v1::LeasedTrial> first = Lease(10);
  for (int i = 0; i < 2; ++i) {
    ETALON_EXPECT_OK(
        harness_.Fail(worker_, first[i].token(), v1::Failure::DIVERGED));
    harness_.Settle();
  }
  for (const v1::LeasedTrial& leased : Lease(10)) {
    EXPECT_THAT(leased.trial().thresholds(), IsEmpty());
  }
}

TEST_F(ComparingStageTest, SampleThatLearnsSeesWhatAStoppedTrialHad) {
  const v1::SearchSpec spec =
      Spec("gaussian_process { count: 7 startup: 3 look_ahead: 1 }",
           "median { startup: 1 look_ahead: 1 }");
  std::vector<std::string> proposed;
  for (const double accuracy : {0.055, 0.001}) {
    World world;
    ETALON_ASSERT_OK(world.harness_.Create(spec));
    proposed.emplace_back();
    // The first is trained to its end, the others stop after an epoch.
    for (const double measured :
         {0.06, accuracy, 0.0009, 0.0008, 0.0007, 0.0006, 0.0005}) {
      const v1::LeasedTrial leased = world.harness_.LeaseOne(world.worker_);
      for (const v1::ParameterAssignment& p : leased.trial().parameters()) {
        absl::StrAppend(&proposed.back(), p.value().number(), " ");
      }
      v1::Completion completion = Train(leased);
      for (v1::Measurement& measurement : *completion.mutable_measurements()) {
        measurement.mutable_validation()->set_accuracy(measured);
      }
      if (measured < 0.06) {
        completion.mutable_measurements()->DeleteSubrange(
            1, completion.measurements_size() - 1);
        completion.mutable_stopped();
      }
      ETALON_ASSERT_OK(world.Report(completion));
    }
  }
  EXPECT_NE(proposed[0], proposed[1]);
}

TEST_F(ComparingStageTest, WithoutDeterminismSaysWhatItHadNotSeen) {
  v1::SearchSpec spec = MedianSpec(7);
  spec.mutable_stages(0)
      ->mutable_stopping()
      ->mutable_median()
      ->set_deterministic(false);
  ETALON_ASSERT_OK(harness_.Create(spec));
  const std::vector<v1::LeasedTrial> first = Lease(10);
  ASSERT_THAT(first, SizeIs(4));
  ETALON_EXPECT_OK(Report(Train(first[1])));
  ETALON_EXPECT_OK(Report(Train(first[3])));
  const std::vector<v1::LeasedTrial> more = Lease(10);
  ASSERT_THAT(more, SizeIs(2));
  EXPECT_THAT(more[0].trial().thresholds(), IsEmpty());
  EXPECT_THAT(more[1].trial().thresholds(), SizeIs(kEpochs - 1));
  EXPECT_THAT(harness_.GetTrial("s", 4).unseen_configurations(), IsEmpty());
  EXPECT_THAT(harness_.GetTrial("s", 5).unseen_configurations(),
              ElementsAre(0, 2, 3));
  EXPECT_THAT(harness_.GetTrial("s", 6).unseen_configurations(),
              ElementsAre(0, 2, 4));
}

TEST_F(ComparingStageTest, SampleWithoutDeterminismSaysWhatItHadNotSeen) {
  v1::SearchSpec spec =
      Spec("tpe { count: 8 startup: 2 look_ahead: 2 deterministic: false }",
           "median {}");
  spec.mutable_stages(0)->clear_stopping();
  ETALON_ASSERT_OK(harness_.Create(spec));
  const std::vector<v1::LeasedTrial> first = Lease(10);
  ASSERT_THAT(first, SizeIs(2));
  ETALON_EXPECT_OK(Report(Train(first[1])));
  ASSERT_THAT(Lease(10), SizeIs(1));
  EXPECT_THAT(harness_.GetTrial("s", 3).unseen_configurations(),
              ElementsAre(0));
}

class StoppedCompletionTest : public ComparingStageTest {
 protected:
  // Leases a trial that Train stops.
  void SetUp() override {
    ETALON_ASSERT_OK(harness_.Create(MedianSpec()));
    for (int i = 0; i < 20; ++i) {
      leased_ = harness_.LeaseOne(worker_);
      truth_ = Train(leased_);
      if (truth_.has_stopped() && truth_.measurements_size() < kEpochs - 1) {
        return;
      }
      ETALON_ASSERT_OK(Report(truth_));
    }
    FAIL() << "none is stopped";
  }
  v1::PartMeasurement& Validation(int measurement) {
    return *truth_.mutable_measurements(measurement)->mutable_validation();
  }
  v1::Trial Stored() {
    const std::string& name = leased_.trial().name();
    return harness_.GetTrial("s", std::stoi(name.substr(name.rfind('/') + 1)));
  }

  v1::LeasedTrial leased_;
  v1::Completion truth_;
};

TEST_F(StoppedCompletionTest, KeepsItsLastMeasurementAsResult) {
  ETALON_ASSERT_OK(Report(truth_));
  const v1::Trial trial = Stored();
  EXPECT_EQ(trial.state(), v1::Trial::STOPPED);
  EXPECT_THAT(trial.result(), EqualsProto(*truth_.measurements().rbegin()));
  EXPECT_EQ(trial.measurements_size(), truth_.measurements_size());
  EXPECT_EQ(trial.thresholds_size(), leased_.trial().thresholds_size());
  EXPECT_EQ(trial.attempts(0).state(), v1::Attempt::COMPLETED);
  // A lost answer is asked for again.
  ETALON_EXPECT_OK(Report(truth_));
  truth_.mutable_succeeded();
  EXPECT_THAT(Report(truth_), StatusIs(absl::StatusCode::kAlreadyExists,
                                       HasSubstr("other content")));
}

TEST_F(StoppedCompletionTest, IsRefusedWhereNoThresholdIs) {
  v1::Measurement& last = *truth_.mutable_measurements()->rbegin();
  last.set_update(last.update() + 1);
  EXPECT_THAT(Report(truth_), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("has no threshold at")));
  EXPECT_EQ(Stored().state(), v1::Trial::RUNNING);
}

TEST_F(StoppedCompletionTest, IsRefusedWhereItIsNotBelow) {
  const int64_t last = truth_.measurements_size() - 1;
  double bar = 0;
  for (const v1::Threshold& threshold : leased_.trial().thresholds()) {
    if (threshold.update() == truth_.measurements(last).update()) {
      bar = threshold.accuracy();
    }
  }
  Validation(last).set_accuracy(bar);
  EXPECT_THAT(Report(truth_), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("not below its threshold")));
  Validation(last).set_accuracy(std::nextafter(bar, 0));
  ETALON_EXPECT_OK(Report(truth_));
}

TEST_F(StoppedCompletionTest, IsRefusedWhereItWasBetterBefore) {
  if (truth_.measurements_size() == 1) {
    // At the next, then.
    *truth_.add_measurements() = truth_.measurements(0);
    truth_.mutable_measurements(1)->set_update(2 * kUpdatesPerEpoch);
  }
  Validation(0).set_accuracy(1);
  EXPECT_THAT(Report(truth_),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("accuracy of 1 at update 10"),
                             HasSubstr("not below its threshold"))));
}

TEST_F(StoppedCompletionTest, IsRefusedWithoutAMeasurement) {
  truth_.clear_measurements();
  EXPECT_THAT(Report(truth_), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("measurements")));
}

TEST_F(StoppedCompletionTest, IsRefusedOfAStageWithoutARule) {
  World other;
  ETALON_ASSERT_OK(other.harness_.Create(RandomSpec("s", 1)));
  v1::Completion completion = Train(other.harness_.LeaseOne(other.worker_));
  completion.mutable_stopped();
  EXPECT_THAT(other.Report(completion),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("has no threshold at")));
}

}  // namespace
}  // namespace etalon
