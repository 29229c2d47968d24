#include "worker/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/proto_matchers.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

HeldTrial MakeHeldTrial() {
  return HeldTrial("workers/1", ParseTextProto<v1::LeasedTrial>(
                                    "token { trial: 'searches/s/trials/1' "
                                    "attempt: 2 database_generation: 5 }"));
}

TEST(Completion, HoldsTokenMeasurementsAndTime) {
  HeldTrial trial = MakeHeldTrial();
  trial.OnMeasurement(ParseTextProto<v1::Measurement>("update: 3"));
  TrialResult result;
  result.training_time = absl::Milliseconds(1500);
  EXPECT_THAT(
      MakeCompletion(trial, result),
      EqualsProto(ParseTextProto<v1::Completion>(R"pb(
        token { trial: "searches/s/trials/1" attempt: 2 database_generation: 5 }
        succeeded {}
        measurements { update: 3 }
        training_time { seconds: 1 nanos: 500000000 }
      )pb")));
}

TEST(Completion, OfATrialBelowAThresholdIsStopped) {
  HeldTrial trial = MakeHeldTrial();
  trial.OnMeasurement(ParseTextProto<v1::Measurement>(
      "update: 450 validation { accuracy: 0.125 }"));
  TrialResult result;
  result.kind = TrialResult::Kind::kEndedEarly;
  const v1::Completion completion = MakeCompletion(trial, result);
  EXPECT_TRUE(completion.has_stopped());
  EXPECT_THAT(DescribeCompletion(completion),
              HasSubstr("stopped early with validation accuracy 0.1250 after "
                        "450 updates"));
}

TEST(Completion, SaysHowTheTrialWasTrainedBesideOthers) {
  TrialResult result;
  result.fusion.set_width(4);
  result.fusion.set_apart_because("so it was");
  EXPECT_THAT(MakeCompletion(MakeHeldTrial(), result).fusion(),
              EqualsProto(ParseTextProto<v1::Fusion>(
                  "width: 4 apart_because: 'so it was'")));
  // Of what was not trained there is nothing to say.
  EXPECT_FALSE(MakeCompletion(MakeHeldTrial(), TrialResult()).has_fusion());
}

TEST(Completion, LongMessagesAreCutBetweenCharacters) {
  // 1023 bytes, then a character of two.
  const std::string message = std::string(1023, 'x') + "\u00e9" + "more";
  EXPECT_EQ(CutMessage(message), std::string(1023, 'x'));
  EXPECT_EQ(CutMessage("short"), "short");
}

TEST(Completion, IsDescribedByItsAccuracyOrItsReason) {
  HeldTrial trial = MakeHeldTrial();
  trial.OnMeasurement(ParseTextProto<v1::Measurement>(
      "update: 3600 validation { accuracy: 0.5125 }"));
  TrialResult result;
  EXPECT_THAT(DescribeCompletion(MakeCompletion(trial, result)),
              HasSubstr("validation accuracy 0.5125 after 3600 updates"));
  result.kind = TrialResult::Kind::kDiverged;
  result.message = "at update 9";
  EXPECT_EQ(DescribeCompletion(MakeCompletion(trial, result)),
            "failed: DIVERGED: at update 9");
}

}  // namespace
}  // namespace etalon::testing
