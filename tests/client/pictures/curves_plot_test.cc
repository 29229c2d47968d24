#include "client/pictures/curves_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::ParseTextProto;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

v1::Trial SomeTrial(int number) {
  v1::Trial trial = ParseTextProto<v1::Trial>(R"pb(
    parameters {
      name: "lambda"
      value { number: 0.001 }
    }
    measurements {
      update: 10
      epoch: 0.5
      learning_rate: 0.25
      validation { loss: 2 cost: 2.5 accuracy: 0.25 }
    }
    measurements {
      update: 20
      epoch: 1
      learning_rate: 0.125
      train { loss: 1 cost: 1.5 accuracy: 0.75 }
      validation { loss: 1.25 cost: 1.75 accuracy: 0.5 }
    }
  )pb");
  trial.set_name("searches/s/trials/" + std::to_string(number));
  return trial;
}

TEST(CurvesPlotTest, DataAreTheMeasurements) {
  EXPECT_THAT(CurvesPlot({SomeTrial(7)}, Progression::kUpdates, {}),
              HasSubstr("$trial0 << END\n"
                        "10 0.25 NaN NaN NaN 2.5 2 25 NaN NaN NaN\n"
                        "20 0.125 1.5 1 75 1.75 1.25 50 NaN NaN NaN\nEND\n"));
}

TEST(CurvesPlotTest, EpochsTakeThePlaceOfUpdates) {
  EXPECT_THAT(CurvesPlot({SomeTrial(7)}, Progression::kEpochs, {}),
              AllOf(HasSubstr("\n0.5 0.25 NaN"), HasSubstr("xlabel 'epochs'")));
}

TEST(CurvesPlotTest, ThreePanelsShowWhatWasMeasured) {
  const std::string plot =
      CurvesPlot({SomeTrial(7)}, Progression::kUpdates, {});
  EXPECT_THAT(plot,
              AllOf(HasSubstr("'cost'"), HasSubstr("'loss (nats)'"),
                    HasSubstr("'accuracy (%)'"), HasSubstr("xlabel 'updates'"),
                    HasSubstr("'s/7: lambda 0.001'")));
  // Train, validation: cost, loss, accuracy.
  for (const char* columns : {"1:3 ", "1:4 ", "1:5 ", "1:6 ", "1:7 ", "1:8 "}) {
    EXPECT_THAT(plot, HasSubstr(std::string("using ") + columns));
  }
  EXPECT_THAT(plot, HasSubstr("using 1:2 axes x1y2"));
  EXPECT_THAT(plot, Not(HasSubstr("using 1:9 ")));
  EXPECT_THAT(plot, Not(HasSubstr("title 'test'")));
}

TEST(CurvesPlotTest, TestPartIsPoints) {
  v1::Trial trial = SomeTrial(7);
  trial.mutable_measurements(1)->mutable_test()->set_accuracy(0.5);
  EXPECT_THAT(
      CurvesPlot({trial}, Progression::kUpdates, {}),
      AllOf(HasSubstr("using 1:11 with points"), HasSubstr("title 'test'")));
}

TEST(CurvesPlotTest, SeveralTrialsHaveTheirOwnColourAndLegend) {
  const std::string plot =
      CurvesPlot({SomeTrial(7), SomeTrial(9)}, Progression::kUpdates, {});
  EXPECT_THAT(plot, AllOf(HasSubstr("'s: 2 trials'"),
                          HasSubstr("title 's/7: lambda 0.001'"),
                          HasSubstr("title 's/9: lambda 0.001'"),
                          HasSubstr("$trial1 using 1:6 ")));
}

TEST(CurvesPlotTest, LossesThatBlewUpAreOnALogarithmicAxis) {
  v1::Trial trial = SomeTrial(7);
  EXPECT_THAT(CurvesPlot({trial}, Progression::kUpdates, {}),
              Not(HasSubstr("\nset logscale y")));
  trial.mutable_measurements(1)->mutable_train()->set_loss(1e30);
  const std::string plot = CurvesPlot({trial}, Progression::kUpdates, {});
  EXPECT_THAT(plot, HasSubstr("\nset logscale y"));
  // The accuracy's, the last, stays as it is.
  EXPECT_LT(plot.rfind("\nset logscale y"), plot.rfind("\nunset logscale y"));
  // A logarithm would leave out a loss of nothing.
  trial.mutable_measurements(1)->mutable_validation()->set_loss(0);
  EXPECT_THAT(CurvesPlot({trial}, Progression::kUpdates, {}),
              Not(HasSubstr("\nset logscale y")));
}

TEST(CurvesPlotTest, LongParametersAreShortenedToThePicture) {
  v1::Trial trial = SomeTrial(7);
  trial.mutable_parameters(0)->mutable_value()->set_text(std::string(500, 'x'));
  Canvas canvas;
  canvas.width = 400;
  EXPECT_THAT(CurvesPlot({trial, trial}, Progression::kUpdates, canvas),
              Not(HasSubstr(std::string(40, 'x'))));
}

TEST(CurvesPlotTest, RangesRiseWhateverTheMeasurements) {
  v1::Trial trial;
  trial.set_name("searches/s/trials/1");
  trial.add_measurements();
  EXPECT_THAT(
      CurvesPlot({trial}, Progression::kUpdates, {}),
      AllOf(HasSubstr("set xrange [0:1]"), HasSubstr("set y2range [0:1]")));
}

}  // namespace
}  // namespace etalon
