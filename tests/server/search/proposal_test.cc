#include "server/search/proposal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/search/sample.h"
#include "server/search/sobol_sampler.h"
#include "tests/server/search/proposing.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using testing::Assignments;
using testing::BraninBox;
using testing::EqualsProto;
using testing::Minimize;
using testing::ParseTextProto;
using testing::RunStage;

using State = Observation::State;

v1::Sample Sample(const std::string& text) {
  return ParseTextProto<v1::Sample>(text);
}

void ExpectEqual(const Assignments& a, const Assignments& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_THAT(a[i], EqualsProto(b[i]));
}

TEST(ProposableCountTest, LooksAheadOfWhatIsClosed) {
  const v1::Sample sample =
      Sample("tpe { count: 20 startup: 5 look_ahead: 3 }");
  EXPECT_EQ(ProposableCount(sample, BraninBox(), 0), 5) << "all of the startup";
  EXPECT_EQ(ProposableCount(sample, BraninBox(), 2), 5);
  EXPECT_EQ(ProposableCount(sample, BraninBox(), 3), 6);
  EXPECT_EQ(ProposableCount(sample, BraninBox(), 17), 20);
  EXPECT_EQ(ProposableCount(sample, BraninBox(), 20), 20);
}

TEST(ProposableCountTest, DefaultsAreTheDocumentedOnes) {
  const v1::Sample sample = Sample("gaussian_process { count: 100 }");
  EXPECT_EQ(StartupCount(sample), 10);
  EXPECT_EQ(LookAhead(sample, BraninBox()), 8);
  EXPECT_TRUE(IsDeterministic(sample));
  EXPECT_EQ(ProposableCount(sample, BraninBox(), 0), 10);
  EXPECT_EQ(ProposableCount(sample, BraninBox(), 5), 13);
  EXPECT_EQ(StartupCount(Sample("tpe { count: 4 }")), 4);
}

TEST(ProposableCountTest, OfCmaEsIsWholeGenerations) {
  const v1::Sample sample = Sample("cma_es { count: 14 }");
  EXPECT_EQ(LookAhead(sample, BraninBox()), 6) << "4 + 3 ln 2";
  EXPECT_EQ(ProposableCount(sample, BraninBox(), 0), 6);
  EXPECT_EQ(ProposableCount(sample, BraninBox(), 5), 6);
  EXPECT_EQ(ProposableCount(sample, BraninBox(), 6), 12);
  EXPECT_EQ(ProposableCount(sample, BraninBox(), 12), 14);
  EXPECT_EQ(LookAhead(Sample("cma_es { count: 9 population: 5 }"), BraninBox()),
            5);
}

TEST(ProposeTest, TheStartupIsASobolSequence) {
  const v1::Sample sample = Sample("tpe { count: 20 startup: 6 }");
  const auto observed =
      RunStage(4, sample, BraninBox(), Minimize(testing::BraninRegret));
  const auto sobol = SobolConfigurations(4, 0, 0, 6, BraninBox());
  for (size_t i = 0; i < 6; ++i) ExpectEqual(observed[i].parameters, sobol[i]);
}

class EverySampleTest : public ::testing::TestWithParam<const char*> {};

// Whatever is known of the last look_ahead - 1, and whoever asks when.
TEST_P(EverySampleTest, KnowsNothingOfWhatIsWithinItsLookAhead) {
  const v1::Sample sample = Sample(GetParam());
  std::vector<Observation> observed =
      RunStage(9, sample, BraninBox(), Minimize(testing::BraninRegret));
  // Of CMA-ES, whose generations have six, the last of the fourth.
  observed.resize(23);
  const Assignments proposed = Propose(9, 0, sample, BraninBox(), observed);
  const int look_ahead = LookAhead(sample, BraninBox());
  for (int i = 1; i < look_ahead; ++i) {
    observed[observed.size() - static_cast<size_t>(i)].state = State::kOpen;
    ExpectEqual(proposed, Propose(9, 0, sample, BraninBox(), observed));
  }
}

TEST_P(EverySampleTest, DependsOnSeedAndStage) {
  const v1::Sample sample = Sample(GetParam());
  std::vector<Observation> observed =
      RunStage(9, sample, BraninBox(), Minimize(testing::BraninRegret));
  observed.resize(observed.size() - 1);
  const auto first = [&](uint64_t seed, int stage) {
    return Propose(seed, stage, sample, BraninBox(), observed)[0]
        .value()
        .number();
  };
  EXPECT_EQ(first(9, 0), first(9, 0));
  EXPECT_NE(first(9, 0), first(10, 0));
  EXPECT_NE(first(9, 0), first(9, 1));
}

INSTANTIATE_TEST_SUITE_P(
    All, EverySampleTest,
    ::testing::Values("tpe { count: 26 look_ahead: 4 }",
                      "gaussian_process { count: 26 look_ahead: 4 }",
                      "cma_es { count: 26 }"));

TEST(ProposeTest, KnowsEverythingWhereItNeedNotBeRepeatable) {
  v1::Sample sample = Sample("gaussian_process { count: 26 look_ahead: 4 }");
  std::vector<Observation> observed =
      RunStage(9, sample, BraninBox(), Minimize(testing::BraninRegret));
  observed.resize(observed.size() - 1);
  sample.mutable_gaussian_process()->set_deterministic(false);
  const Assignments once = Propose(9, 0, sample, BraninBox(), observed);
  observed.back().value = 1;  // better than anything
  EXPECT_NE(once[0].value().number(),
            Propose(9, 0, sample, BraninBox(), observed)[0].value().number());
}

}  // namespace
}  // namespace etalon
