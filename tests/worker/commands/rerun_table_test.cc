#include "worker/commands/rerun_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::ParseTextProto;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

TrialCourse SampleCourse() {
  return {.measurements = {ParseTextProto<v1::Measurement>(R"pb(
                             update: 40
                             epoch: 1
                             learning_rate: 0.1
                             validation { loss: 2 cost: 2.5 accuracy: 0.25 }
                           )pb"),
                           ParseTextProto<v1::Measurement>(R"pb(
                             update: 80
                             epoch: 2
                             learning_rate: 0.1
                             weights_update: 40
                             train { loss: 1 cost: 1.5 accuracy: 0.5 }
                             validation { loss: 2 cost: 2.5 accuracy: 0.25 }
                             test { loss: 3 cost: 3.5 accuracy: 0.125 }
                           )pb")},
          .diverged = std::nullopt};
}

// What is printed; `same` is what is returned.
std::string Compare(const TrialCourse& recorded, const TrialCourse& again,
                    bool same) {
  std::ostringstream out;
  EXPECT_EQ(PrintComparison(recorded, again, out), same);
  return out.str();
}

TEST(RerunTable, HasALineForEveryPartOfEveryMeasurement) {
  EXPECT_EQ(Compare(SampleCourse(), SampleCourse(), true),
            "  update  part            recorded         again\n"
            "      40  validation     25.0000 %     25.0000 %  same\n"
            "      80  train          50.0000 %     50.0000 %  same\n"
            "      80  validation     25.0000 %     25.0000 %  same\n"
            "      80  test           12.5000 %     12.5000 %  same\n"
            "the same to the bit: 2 measurements\n");
}

TEST(RerunTable, OneBitOfAnyNumberIsADifference) {
  const auto change = [](auto set) {
    TrialCourse course = SampleCourse();
    set(course.measurements[1]);
    return Compare(SampleCourse(), course, false);
  };
  // 3 and its neighbour.
  EXPECT_THAT(
      change([](auto& m) { m.mutable_test()->set_loss(3.0000000000000004); }),
      AllOf(HasSubstr("12.5000 %  DIFFERENT\n"),
            HasSubstr("  loss 3.0000000000000004, was 3\n"),
            EndsWith("not the same: 1 of 2 measurements, the first at update "
                     "80\n")));
  EXPECT_THAT(
      change([](auto& m) { m.mutable_train()->set_cost(1.5000000000000002); }),
      AllOf(HasSubstr("  cost 1.5000000000000002, was 1.5\n"),
            Not(HasSubstr("loss"))));
  EXPECT_THAT(
      change([](auto& m) { m.mutable_validation()->set_accuracy(0.5); }),
      HasSubstr("  accuracy 0.5, was 0.25\n"));
  EXPECT_THAT(change([](auto& m) { m.set_learning_rate(0.2); }),
              HasSubstr("  learning rate 0.20000000000000001, was 0.1"));
  EXPECT_THAT(change([](auto& m) { m.set_epoch(3); }),
              HasSubstr("  epoch 3, was 2\n"));
  EXPECT_THAT(change([](auto& m) { m.set_weights_update(0); }),
              HasSubstr("  update of the weights 0, was 40\n"));
}

TEST(RerunTable, PartThatOnlyOneHasIsADifference) {
  TrialCourse without = SampleCourse();
  without.measurements[1].clear_test();
  EXPECT_THAT(Compare(SampleCourse(), without, false),
              HasSubstr("      80  test           12.5000 %  not measured\n"));
  EXPECT_THAT(Compare(without, SampleCourse(), false),
              HasSubstr("      80  test        not recorded     12.5000 %\n"));
}

TEST(RerunTable, MeasurementThatOnlyOneHasIsADifference) {
  TrialCourse shorter = SampleCourse();
  shorter.measurements.pop_back();
  EXPECT_THAT(Compare(SampleCourse(), shorter, false),
              EndsWith("1 of 2 measurements, the first at update 80\n"));
  TrialCourse other = SampleCourse();
  other.measurements[0].set_update(41);
  EXPECT_THAT(Compare(SampleCourse(), other, false),
              AllOf(HasSubstr("      40  validation     25.0000 %  not"),
                    HasSubstr("      41  validation  not recorded"),
                    EndsWith("2 of 3 measurements, the first at update 40\n")));
}

TEST(RerunTable, DivergenceMustComeAtTheSameUpdate) {
  TrialCourse diverged = SampleCourse();
  diverged.diverged = 97;
  EXPECT_THAT(Compare(diverged, diverged, true),
              EndsWith("the same to the bit: 2 measurements, and it diverged "
                       "at update 97\n"));
  TrialCourse later = diverged;
  later.diverged = 98;
  EXPECT_THAT(Compare(diverged, later, false),
              EndsWith("not the same: the trial diverged at update 98; before, "
                       "it diverged at update 97\n"));
  EXPECT_THAT(Compare(SampleCourse(), diverged, false),
              EndsWith("not the same: the trial diverged at update 97; before, "
                       "it was trained to its end\n"));
}

TEST(RerunTable, DivergenceBeforeTheFirstMeasurementIsComparedToo) {
  const TrialCourse at_once = {.measurements = {}, .diverged = 3};
  EXPECT_THAT(Compare(at_once, at_once, true),
              EndsWith("the same to the bit: 0 measurements, and it diverged "
                       "at update 3\n"));
}

}  // namespace
}  // namespace etalon
