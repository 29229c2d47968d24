#include "server/search/gaussian_process_sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "tests/server/search/proposing.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using testing::Assignments;
using testing::BestValue;
using testing::BraninBox;
using testing::Categories;
using testing::EqualsProto;
using testing::IntegerRange;
using testing::LinearRange;
using testing::LogRange;
using testing::Minimize;
using testing::RunStage;
using testing::Texts;
using testing::When;

using State = Observation::State;

v1::Sample Process(int count) {
  v1::Sample sample;
  sample.mutable_gaussian_process()->set_count(count);
  return sample;
}

TEST(GaussianProcessSamplerTest, BeatsRandomOnBranin) {
  // Were both equal, 11 of 12 wins or more would come in 3 of a thousand fixed
  // sets of seeds.
  EXPECT_GE(testing::WinsOverRandom(Process(35)), 11);
}

TEST(GaussianProcessSamplerTest, FindsBraninsMinimum) {
  const auto observed =
      RunStage(1, Process(60), BraninBox(), Minimize(testing::BraninRegret));
  // The function's values spread over 300; random draws come to 0.5.
  EXPECT_GT(BestValue(observed, 60), -0.01);
}

TEST(GaussianProcessSamplerTest, TheSameArgumentsGiveTheSameProposal) {
  const auto observed =
      RunStage(3, Process(20), BraninBox(), Minimize(testing::BraninRegret));
  const Assignments once = ProposeByGaussianProcess(1, BraninBox(), observed);
  const Assignments again = ProposeByGaussianProcess(1, BraninBox(), observed);
  ASSERT_EQ(once.size(), again.size());
  for (size_t i = 0; i < once.size(); ++i) {
    EXPECT_THAT(once[i], EqualsProto(again[i]));
  }
}

TEST(GaussianProcessSamplerTest, ComesToTheBestOfCategoriesIntegersAndLogs) {
  const std::vector<v1::Parameter> box = {
      LogRange("eta", 1e-6, 1), IntegerRange("n", 1, 64),
      Texts("optimizer", {"a", "b", "c", "d"})};
  const auto cost = [](const Assignments& c) {
    return std::abs(std::log10(c[0].value().number()) + 3) +
           std::abs(static_cast<double>(c[1].value().integer()) - 20) / 16 +
           (c[2].value().text() == "c" ? 0 : 1);
  };
  const auto observed = RunStage(5, Process(50), box, Minimize(cost));
  // A random draw has a mean cost of 3.3.
  EXPECT_GT(BestValue(observed, 50), -0.3);
}

TEST(GaussianProcessSamplerTest, HoldsConditionsAndLearnsWithinThem) {
  const std::vector<v1::Parameter> box = {
      Texts("optimizer", {"sgd", "adam"}),
      When(LinearRange("momentum", 0, 1), "optimizer", {"sgd"}),
      When(Texts("k", {"x", "y"}), "optimizer", {"adam"})};
  const auto cost = [](const Assignments& c) {
    return c[0].value().text() == "adam"
               ? 2.0
               : std::abs(c[1].value().number() - 0.9);
  };
  const auto observed = RunStage(2, Process(30), box, Minimize(cost));
  for (const Observation& o : observed) {
    ASSERT_EQ(o.parameters.size(), 2u);
    EXPECT_EQ(o.parameters[1].name(),
              o.parameters[0].value().text() == "sgd" ? "momentum" : "k");
  }
  EXPECT_GT(BestValue(observed, 30), -0.02);
}

TEST(GaussianProcessSamplerTest, KeepsAwayFromWhatIsUseless) {
  const std::vector<v1::Parameter> box = {LinearRange("eta", 0, 1)};
  const auto measure = [](const Assignments& c) {
    const double eta = c[0].value().number();
    return Observation{.parameters = c,
                       .state = eta < 0.7 ? State::kUseless : State::kMeasured,
                       .value = eta};
  };
  const auto observed = RunStage(1, Process(40), box, measure);
  int useful = 0;
  for (size_t i = 20; i < 40; ++i) {
    useful += observed[i].state == State::kMeasured ? 1 : 0;
  }
  EXPECT_GE(useful, 14) << "random draws would have 6";
}

TEST(GaussianProcessSamplerTest, KeepsAwayFromWhatIsOpen) {
  auto observed =
      RunStage(3, Process(20), BraninBox(), Minimize(testing::BraninRegret));
  const Assignments first = ProposeByGaussianProcess(1, BraninBox(), observed);
  observed.push_back({.parameters = first});
  const Assignments second = ProposeByGaussianProcess(1, BraninBox(), observed);
  // Of ranges of 15.
  const double distance =
      std::abs(first[0].value().number() - second[0].value().number()) +
      std::abs(first[1].value().number() - second[1].value().number());
  EXPECT_GT(distance, 0.1);
}

TEST(GaussianProcessSamplerTest, ValuesThatDoNotDifferAreNoFault) {
  const auto observed =
      RunStage(1, Process(20), BraninBox(),
               Minimize([](const Assignments&) { return 0.9; }));
  std::set<std::pair<double, double>> places;
  for (const Observation& o : observed) {
    places.emplace(o.parameters[0].value().number(),
                   o.parameters[1].value().number());
  }
  EXPECT_EQ(places.size(), 20u);
}

TEST(GaussianProcessSamplerTest, ASmallSpaceIsUsedUpBeforeOneIsRepeated) {
  const std::vector<v1::Parameter> box = {IntegerRange("n", 1, 4),
                                          Categories("k", {1, 2, 3})};
  std::set<std::string> seen;
  for (const Observation& o :
       RunStage(1, Process(20), box, Minimize([](const Assignments& c) {
                  return static_cast<double>(c[0].value().integer());
                }))) {
    seen.insert(o.parameters[0].ShortDebugString() +
                o.parameters[1].ShortDebugString());
  }
  EXPECT_EQ(seen.size(), 12u);
}

TEST(GaussianProcessSamplerTest, ABoxOfOnePointIsNoFault) {
  const std::vector<v1::Parameter> box = {LinearRange("eta", 2, 2)};
  const auto observed =
      RunStage(1, Process(12), box, Minimize([](auto&) { return 1.0; }));
  EXPECT_EQ(observed.back().parameters[0].value().number(), 2);
}

}  // namespace
}  // namespace etalon
