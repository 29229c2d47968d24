#include "server/search/cma_es_sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "tests/server/search/proposing.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using testing::Assignments;
using testing::BestValue;
using testing::BraninBox;
using testing::EqualsProto;
using testing::IntegerRange;
using testing::LinearRange;
using testing::LogRange;
using testing::Minimize;
using testing::RunStage;

using State = Observation::State;

v1::Sample Evolution(int count) {
  v1::Sample sample;
  sample.mutable_cma_es()->set_count(count);
  return sample;
}

TEST(CmaEsSamplerTest, BeatsRandomOnBranin) {
  // As for the other samplers.
  EXPECT_GE(testing::WinsOverRandom(Evolution(120)), 10);
}

TEST(CmaEsSamplerTest, TheSameArgumentsGiveTheSameProposal) {
  const auto observed =
      RunStage(3, Evolution(20), BraninBox(), Minimize(testing::BraninRegret));
  const Assignments once = ProposeByCmaEs(1, 6, BraninBox(), observed);
  const Assignments again = ProposeByCmaEs(1, 6, BraninBox(), observed);
  for (size_t i = 0; i < once.size(); ++i) {
    EXPECT_THAT(once[i], EqualsProto(again[i]));
  }
}

TEST(CmaEsSamplerTest, ComesToTheBestOfIntegersAndLogScales) {
  const std::vector<v1::Parameter> box = {LogRange("eta", 1e-6, 1),
                                          LinearRange("fixed", 1, 1),
                                          IntegerRange("n", 1, 20)};
  const auto cost = [](const Assignments& c) {
    return std::abs(std::log10(c[0].value().number()) + 2) +
           std::abs(static_cast<double>(c[2].value().integer()) - 17) / 5;
  };
  const auto observed = RunStage(5, Evolution(150), box, Minimize(cost));
  EXPECT_GT(BestValue(observed, 150), -0.05);
  EXPECT_EQ(observed.back().parameters[1].value().number(), 1);
}

// Integers alone: once rounding gives one point, it starts from another place.
TEST(CmaEsSamplerTest, StartsAnewWhereAGenerationIsFlat) {
  const std::vector<v1::Parameter> box = {IntegerRange("n", 1, 2)};
  const auto observed = RunStage(
      1, Evolution(40), box, Minimize([](const Assignments&) { return 1.0; }));
  std::set<int64_t> values;
  for (const Observation& o : observed) {
    values.insert(o.parameters[0].value().integer());
  }
  EXPECT_EQ(values.size(), 2u);
}

TEST(CmaEsSamplerTest, RanksWhatIsUselessLast) {
  const std::vector<v1::Parameter> box = {LinearRange("a", 0, 1),
                                          LinearRange("b", 0, 1)};
  const auto measure = [](const Assignments& c) {
    const double a = c[0].value().number();
    return Observation{.parameters = c,
                       .state = a < 0.6 ? State::kUseless : State::kMeasured,
                       .value = 1};
  };
  const auto observed = RunStage(1, Evolution(60), box, measure);
  int useful = 0;
  for (size_t i = 30; i < 60; ++i) {
    useful += observed[i].state == State::kMeasured ? 1 : 0;
  }
  EXPECT_GE(useful, 20) << "random draws would have 12";
}

TEST(CmaEsSamplerTest, NothingUsefulAtAllIsNoFault) {
  const auto observed =
      RunStage(1, Evolution(40), BraninBox(), [](const Assignments& c) {
        return Observation{.parameters = c, .state = State::kUseless};
      });
  std::set<double> values;
  for (const Observation& o : observed) {
    values.insert(o.parameters[0].value().number());
  }
  EXPECT_GT(values.size(), 30u);
}

TEST(CmaEsSamplerTest, AGenerationKnowsThatBeforeAsAWhole) {
  auto observed =
      RunStage(9, Evolution(12), BraninBox(), Minimize(testing::BraninRegret));
  const auto first = [&observed] {
    return Propose(9, 0, Evolution(30), BraninBox(), observed)[0]
        .value()
        .number();
  };
  const double before = first();
  // The last of the second generation becomes its best by far.
  observed.back().value = 1;
  EXPECT_NE(first(), before);
}

}  // namespace
}  // namespace etalon
