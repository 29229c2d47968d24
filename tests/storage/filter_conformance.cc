#include <gmock/gmock.h>

#include <limits>
#include <utility>
#include <vector>

#include "tests/storage/all_numbers.h"
#include "tests/storage/store_conformance.h"
#include "tests/support/status_matchers.h"

// What filters and orders of trials mean.

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Operator = TrialCondition::Operator;

TrialFilter Where(TrialKey key, Operator op,
                  std::vector<TrialValue> values = {}) {
  TrialFilter filter;
  filter.kind = TrialFilter::Kind::kCondition;
  filter.condition = {std::move(key), op, std::move(values)};
  return filter;
}

TrialFilter Where(TrialField field, Operator op,
                  std::vector<TrialValue> values = {}) {
  return Where(TrialKey{field, ""}, op, std::move(values));
}

TrialFilter Join(TrialFilter::Kind kind, std::vector<TrialFilter> operands) {
  TrialFilter filter;
  filter.kind = kind;
  filter.operands = std::move(operands);
  return filter;
}

}  // namespace

void FilterConformance::SetUp() {
  StoreConformance::SetUp();
  const Started started = StartSearch("alpha", 3);
  StartSearch("beta", 3);  // is never seen
  const WorkerId worker = AddWorker("host-1");
  const WorkerId other = AddWorker("host-2");
  Finish(started.trials[1], worker, 0.5);
  Finish(started.trials[2], other, 0.75);
  const TrialId diverged = started.trials[3];
  const int attempt = Lease(diverged, worker);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CompleteTrial(diverged, attempt, SampleDivergence(17),
                                     now());
  }));
  Finish(started.trials[4], worker, 0.5);
  Lease(started.trials[5], other);
}

std::vector<int64_t> FilterConformance::Numbers(const TrialFilter& filter,
                                                const TrialOrder& order,
                                                int size) {
  return AllNumbers(*NewReader(),
                    {.search = "alpha", .filter = filter, .order = order},
                    size);
}

namespace {

TEST_P(FilterConformance, EveryOperatorSelects) {
  const TrialField number = TrialField::kNumber;
  EXPECT_THAT(Numbers({}), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(Numbers(Where(number, Operator::kEqual, {3.0})), ElementsAre(3));
  EXPECT_THAT(Numbers(Where(number, Operator::kNotEqual, {3.0})),
              ElementsAre(1, 2, 4, 5, 6));
  EXPECT_THAT(Numbers(Where(number, Operator::kLess, {3.0})),
              ElementsAre(1, 2));
  EXPECT_THAT(Numbers(Where(number, Operator::kLessOrEqual, {3.0})),
              ElementsAre(1, 2, 3));
  EXPECT_THAT(Numbers(Where(number, Operator::kGreater, {4.5})),
              ElementsAre(5, 6));
  EXPECT_THAT(Numbers(Where(number, Operator::kGreaterOrEqual, {5.0})),
              ElementsAre(5, 6));
  EXPECT_THAT(Numbers(Where(number, Operator::kIn, {6.0, 1.0, 9.0})),
              ElementsAre(1, 6));
  EXPECT_THAT(Numbers(Where(number, Operator::kNotIn, {6.0, 1.0})),
              ElementsAre(2, 3, 4, 5));
  const TrialField accuracy = TrialField::kValidationAccuracy;
  EXPECT_THAT(Numbers(Where(accuracy, Operator::kIsNull)),
              ElementsAre(1, 4, 6));
  EXPECT_THAT(Numbers(Where(accuracy, Operator::kIsNotNull)),
              ElementsAre(2, 3, 5));
}

TEST_P(FilterConformance, ConditionsJoin) {
  const TrialFilter low = Where(TrialField::kNumber, Operator::kLess, {3.0});
  const TrialFilter even =
      Where(TrialField::kReplicate, Operator::kEqual, {1.0});
  EXPECT_THAT(Numbers(Join(TrialFilter::Kind::kAnd, {low, even})),
              ElementsAre(2));
  EXPECT_THAT(Numbers(Join(TrialFilter::Kind::kOr, {low, even})),
              ElementsAre(1, 2, 4, 6));
  EXPECT_THAT(Numbers(Join(TrialFilter::Kind::kNot,
                           {Join(TrialFilter::Kind::kOr, {low, even})})),
              ElementsAre(3, 5));
}

TEST_P(FilterConformance, WhatWasNotMeasuredIsNeitherEqualNorDifferent) {
  const TrialFilter half =
      Where(TrialField::kValidationAccuracy, Operator::kEqual, {0.5});
  EXPECT_THAT(Numbers(half), ElementsAre(2, 5));
  EXPECT_THAT(Numbers(Join(TrialFilter::Kind::kNot, {half})), ElementsAre(3));
}

TEST_P(FilterConformance, EveryFieldIsAskedForInItsOwnTerms) {
  const auto equal = [this](TrialField field, TrialValue value) {
    return Numbers(Where(field, Operator::kEqual, {std::move(value)}));
  };
  EXPECT_THAT(equal(TrialField::kStage, "coarse"),
              ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(equal(TrialField::kStage, "final"), IsEmpty());
  EXPECT_THAT(equal(TrialField::kConfiguration, 1.0), ElementsAre(3, 4));
  EXPECT_THAT(equal(TrialField::kState, "RUNNING"), ElementsAre(6));
  EXPECT_THAT(equal(TrialField::kLambda, 1e-5), ElementsAre(1, 2));
  EXPECT_THAT(equal(TrialField::kEta, 0.1 / 4), ElementsAre(3, 4));
  EXPECT_THAT(equal(TrialField::kTrainLoss, 1.0 / 3), ElementsAre(2, 3, 5));
  EXPECT_THAT(equal(TrialField::kTrainCost, 2.0 / 3), ElementsAre(2, 3, 5));
  EXPECT_THAT(equal(TrialField::kTrainAccuracy, 0.75), ElementsAre(2, 3, 5));
  EXPECT_THAT(equal(TrialField::kValidationLoss, 4.0 / 3),
              ElementsAre(2, 3, 5));
  EXPECT_THAT(equal(TrialField::kValidationCost, 5.0 / 3),
              ElementsAre(2, 3, 5));
  EXPECT_THAT(equal(TrialField::kTestAccuracy, 0.5), IsEmpty());
  EXPECT_THAT(equal(TrialField::kTestLoss, 0.5), IsEmpty());
  EXPECT_THAT(equal(TrialField::kTestCost, 0.5), IsEmpty());
  EXPECT_THAT(equal(TrialField::kUpdates, 3600.0), ElementsAre(2, 3, 5));
  EXPECT_THAT(equal(TrialField::kEpoch, 80.0), ElementsAre(2, 3, 5));
  EXPECT_THAT(Numbers(Where(TrialField::kSeconds, Operator::kGreater, {2.0})),
              ElementsAre(2, 3, 5));
  EXPECT_THAT(equal(TrialField::kWorker, 2.0), ElementsAre(3, 6));
  EXPECT_THAT(equal(TrialField::kAttempts, 0.0), ElementsAre(1));
  EXPECT_THAT(equal(TrialField::kFailureReason, "DIVERGED"), ElementsAre(4));
  EXPECT_THAT(equal(TrialField::kFailure, ""), ElementsAre(4));
  EXPECT_THAT(equal(TrialField::kFusionWidth, 10.0), ElementsAre(2, 3, 5));
  EXPECT_THAT(equal(TrialField::kCreateTime, now()),
              ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(equal(TrialField::kStartTime, now()), ElementsAre(2, 3, 4, 5, 6));
  EXPECT_THAT(equal(TrialField::kEndTime, now()), ElementsAre(2, 3, 4, 5));
}

TEST_P(FilterConformance, ParametersAreAskedForByName) {
  const auto named = [](const char* name) {
    return TrialKey{TrialField::kParameter, name};
  };
  EXPECT_THAT(Numbers(Where(named("activation"), Operator::kEqual, {"relu"})),
              ElementsAre(1, 2, 5, 6));
  EXPECT_THAT(Numbers(Where(named("lambda"), Operator::kGreater, {1e-5})),
              ElementsAre(3, 4, 5, 6));
  EXPECT_THAT(Numbers(Where(named("network.depth"), Operator::kIsNull)),
              ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(Numbers({}, {named("activation"), false}),
              ElementsAre(3, 4, 1, 2, 5, 6));
}

TEST_P(FilterConformance, OrdersPutWhatIsMissingLastEitherWay) {
  const TrialKey accuracy = {TrialField::kValidationAccuracy, ""};
  const TrialKey worker = {TrialField::kWorker, ""};
  for (const int size : {1, 2, 3, 4, 5, 6, 7}) {
    EXPECT_THAT(Numbers({}, {accuracy, true}, size),
                ElementsAre(3, 2, 5, 1, 4, 6))
        << size;
    EXPECT_THAT(Numbers({}, {accuracy, false}, size),
                ElementsAre(2, 5, 3, 1, 4, 6))
        << size;
    EXPECT_THAT(Numbers({}, {worker, true}, size),
                ElementsAre(3, 6, 2, 4, 5, 1))
        << size;
    EXPECT_THAT(Numbers({}, {{TrialField::kNumber, ""}, true}, size),
                ElementsAre(6, 5, 4, 3, 2, 1))
        << size;
    EXPECT_THAT(
        Numbers(Where(TrialField::kState, Operator::kNotEqual, {"QUEUED"}),
                {{TrialField::kEndTime, ""}, true}, size),
        ElementsAre(2, 3, 4, 5, 6))
        << size;
  }
}

TEST_P(FilterConformance, PageTokenBelongsToItsFilterAndOrder) {
  const std::unique_ptr<Reader> reader = NewReader();
  const auto less = [](double value) {
    return Where(TrialField::kNumber, Operator::kLess, {value});
  };
  ETALON_ASSERT_OK_AND_ASSIGN(
      const Page<v1::Trial> page,
      reader->ListTrials({.search = "alpha", .filter = less(5)}, {.size = 1}));
  const PageRequest next = {.size = 1, .token = page.next_token};
  ETALON_EXPECT_OK(
      reader->ListTrials({.search = "alpha", .filter = less(5)}, next));
  const auto refused =
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("page token"));
  EXPECT_THAT(reader->ListTrials({.search = "alpha", .filter = less(6)}, next),
              refused);
  EXPECT_THAT(reader->ListTrials({.search = "beta", .filter = less(5)}, next),
              refused);
  EXPECT_THAT(reader->ListTrials({.search = "alpha",
                                  .filter = less(5),
                                  .order = {{TrialField::kNumber, ""}, true}},
                                 next),
              refused);
  EXPECT_THAT(reader->ListTrials({.search = "alpha"}, next), refused);
}

TEST_P(FilterConformance, TreeThatIsNoFilterIsRefused) {
  const std::unique_ptr<Reader> reader = NewReader();
  const auto list = [&](TrialFilter filter) {
    return reader->ListTrials({.search = "alpha", .filter = std::move(filter)},
                              {});
  };
  const auto refused =
      StatusIs(absl::StatusCode::kInvalidArgument, ::testing::_);
  EXPECT_THAT(list(Where(TrialField::kEta, Operator::kEqual)), refused);
  EXPECT_THAT(list(Where(TrialField::kEta, Operator::kIn)), refused);
  EXPECT_THAT(list(Where(TrialField::kEta, Operator::kIsNull, {1.0})), refused);
  EXPECT_THAT(list(Join(TrialFilter::Kind::kAnd, {})), refused);
  EXPECT_THAT(list(Join(TrialFilter::Kind::kNot, {{}, {}})), refused);
  EXPECT_THAT(list(Where(TrialField::kEta, Operator::kEqual,
                         {std::numeric_limits<double>::infinity()})),
              refused);
}

}  // namespace
}  // namespace etalon::testing
