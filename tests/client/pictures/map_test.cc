// Maps of a search: their axes, their points, and what is drawn of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "client/output/text.h"
#include "client/pictures/map_axis.h"
#include "client/pictures/map_plot.h"
#include "client/pictures/map_points.h"
#include "client/pictures/map_text.h"
#include "tests/client/pictures/map_test_support.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::MapSearch;
using ::etalon::testing::MapTrials;
using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<ConfigurationResult> Results() {
  std::vector<ConfigurationResult> results;
  for (const v1::Trial& trial : MapTrials()) AddTrial(trial, results);
  return results;
}

std::optional<v1::RankedConfiguration> Best() {
  v1::RankedConfiguration best;
  best.set_stage("searches/s/stages/final");
  return best;
}

SearchMap MapOver(const std::string& x, const std::string& y) {
  const v1::Search search = MapSearch();
  return MakeMap(search, ChooseAxes(search, x, y).value(), Results(), Best());
}

TEST(MapAxisTest, LambdaAndEtaAreTheDefault) {
  const MapAxes axes = ChooseAxes(MapSearch(), "", "").value();
  EXPECT_EQ(axes.x.parameter, "lambda");
  EXPECT_EQ(axes.x.scale, MapAxis::Scale::kLog);
  ASSERT_TRUE(axes.y.has_value());
  EXPECT_EQ(axes.y->parameter, "eta");
  EXPECT_EQ(axes.y->scale, MapAxis::Scale::kLinear);
}

TEST(MapAxisTest, FirstTwoParametersStandInForThem) {
  v1::Search search = MapSearch();
  search.mutable_spec()->mutable_parameters()->RemoveLast();
  const MapAxes axes = ChooseAxes(search, "", "").value();
  EXPECT_EQ(axes.x.parameter, "lambda");
  EXPECT_EQ(axes.y->parameter, "network.activation");
  EXPECT_THAT(axes.y->categories, ElementsAre("relu", "identity"));
}

TEST(MapAxisTest, OneParameterHasTheAccuracyAboveIt) {
  v1::Search search = MapSearch();
  search.mutable_spec()->mutable_parameters()->DeleteSubrange(1, 2);
  EXPECT_FALSE(ChooseAxes(search, "", "").value().y.has_value());
  EXPECT_FALSE(ChooseAxes(MapSearch(), "eta", "").value().y.has_value());
}

TEST(MapAxisTest, WrongChoicesAreRefused) {
  EXPECT_THAT(
      ChooseAxes(MapSearch(), "lamda", ""),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("mean 'lambda'")));
  EXPECT_THAT(ChooseAxes(MapSearch(), "", "eta"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--x")));
  EXPECT_THAT(ChooseAxes(MapSearch(), "eta", "eta"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("same")));
  EXPECT_THAT(ChooseAxes(v1::Search(), "", ""),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("no parameters")));
}

TEST(MapPointsTest, ReplicatesMakeOnePoint) {
  const SearchMap map = MapOver("", "");
  ASSERT_THAT(map.points, SizeIs(5));
  const MapPoint& first = map.points[0];
  EXPECT_EQ(first.x, 0.01);
  EXPECT_EQ(first.y, 0.5);
  EXPECT_EQ(first.accuracy, 0.625);
  EXPECT_EQ(first.replicates, 2);
  EXPECT_NEAR(first.deviation.value_or(0), 0.17678, 1e-5);
  EXPECT_FALSE(first.diverged || first.failed || first.best);
}

TEST(MapPointsTest, DivergedFailedAndBestAreMarked) {
  const SearchMap map = MapOver("", "");
  EXPECT_TRUE(map.points[1].diverged);
  EXPECT_EQ(map.points[1].accuracy, 0.25);
  EXPECT_EQ(map.points[1].deviation, std::nullopt);
  EXPECT_TRUE(map.points[3].failed);
  EXPECT_EQ(map.points[3].accuracy, std::nullopt);
  EXPECT_TRUE(map.points[4].best);
  EXPECT_FALSE(map.points[2].best);
}

TEST(MapPointsTest, CategoriesLieAtTheirIndex) {
  const SearchMap map = MapOver("network.activation", "lambda");
  EXPECT_EQ(map.points[0].x, 0);
  EXPECT_EQ(map.points[1].x, 1);
}

TEST(MapPointsTest, ConfigurationsWithoutTheParameterAreLeftOut) {
  std::vector<ConfigurationResult> results = Results();
  results[0].parameters.RemoveLast();
  const v1::Search search = MapSearch();
  const SearchMap map =
      MakeMap(search, ChooseAxes(search, "network.activation", "eta").value(),
              results, std::nullopt);
  EXPECT_EQ(map.left_out, 1);
  EXPECT_THAT(map.points, SizeIs(4));
}

TEST(MapPlotTest, AxesFollowTheScales) {
  EXPECT_THAT(
      MapPlot(MapOver("", "")),
      AllOf(HasSubstr("set xlabel 'λ, L2 factor'"),
            HasSubstr("set ylabel 'η, learning rate'"),
            HasSubstr("set logscale x\n"), Not(HasSubstr("set logscale y")),
            HasSubstr("cblabel 'mean validation accuracy (%)'"),
            HasSubstr("set title 's: validation accuracy'")));
}

TEST(MapPlotTest, BoxesAreOfTheStagesThatSearch) {
  const std::string plot = MapPlot(MapOver("", ""));
  EXPECT_THAT(plot, HasSubstr("set object 1 rectangle from first 0.0001, first "
                              "0 to first 1, first 1"));
  EXPECT_THAT(plot, HasSubstr("set object 2 rectangle from first 0.001, first "
                              "0.25 to first 0.1, first 0.75"));
  EXPECT_THAT(plot, Not(HasSubstr("set object 3")));
}

TEST(MapPlotTest, EveryKindOfPointHasItsBlockAndKey) {
  const std::string plot = MapPlot(MapOver("", ""));
  EXPECT_THAT(plot,
              AllOf(HasSubstr("$stage0 << END\n0.01 0.5 62.5 "),
                    HasSubstr("$diverged << END\n0.5 0.125 25 0\nEND\n"),
                    HasSubstr("$failed << END\n0.001 0.625 "),
                    HasSubstr("$best << END\n0.02 0.375 85 0\nEND\n"),
                    HasSubstr("title 'diverged'"), HasSubstr("title 'failed'"),
                    HasSubstr("title 'final'")));
}

TEST(MapPlotTest, OneParameterHasErrorBars) {
  const std::string plot = MapPlot(MapOver("lambda", ""));
  EXPECT_THAT(plot, AllOf(HasSubstr("using 1:2:4 with yerrorbars"),
                          HasSubstr("$stage0 << END\n0.01 62.5 62.5 17.67"),
                          Not(HasSubstr("set cblabel"))));
  // Below all that succeeded: 25 % is the lowest accuracy.
  EXPECT_THAT(plot, HasSubstr("$failed << END\n0.001 25 25 0\n"));
}

TEST(MapPlotTest, CategoriesAreTics) {
  EXPECT_THAT(MapPlot(MapOver("network.activation", "eta")),
              HasSubstr("set xtics ('relu' 0, 'identity' 1)"));
}

TEST(MapTextTest, CellsTellTheirBestAccuracy) {
  const std::string text =
      absl::StrJoin(MapLines(MapOver("", ""), Terminal{}), "\n");
  EXPECT_EQ(text,
            "eta\n"
            "     0.62       x                         \n"
            "      0.5           62.50                 \n"
            "     0.38                   85.00*        \n"
            "     0.12                           25.00 \n"
            "            0.001    0.01    0.02     0.5 \n"
            "          lambda");
}

TEST(MapTextTest, NoLineIsWiderThanTheTerminal) {
  SearchMap map = MapOver("", "");
  for (int i = 1; i < 100; ++i) {
    MapPoint point = map.points[0];
    point.x = 0.01 * i;
    point.y = 0.01 * i;
    map.points.push_back(point);
  }
  for (const size_t width : {size_t{40}, size_t{80}, size_t{200}}) {
    Terminal terminal;
    terminal.width = width;
    for (const std::string& line : MapLines(map, terminal)) {
      EXPECT_LE(DisplayWidth(line), width) << line;
    }
  }
}

TEST(MapTextTest, ColourIsForTerminalsThatTakeIt) {
  Terminal terminal;
  const SearchMap map = MapOver("", "");
  EXPECT_THAT(absl::StrJoin(MapLines(map, terminal), ""),
              Not(HasSubstr("\x1b")));
  terminal.colour = true;
  EXPECT_THAT(absl::StrJoin(MapLines(map, terminal), ""),
              HasSubstr("\x1b[48;5;220;38;5;16m  85.00*\x1b[0m"));
}

TEST(MapTextTest, OneParameterIsATableAlongIt) {
  const std::vector<Row> rows = MapRows(MapOver("lambda", ""));
  ASSERT_THAT(rows, SizeIs(5));
  EXPECT_EQ(std::get<double>(rows[0].cells[1]), 0.001);
  EXPECT_EQ(std::get<std::string>(rows[0].cells[5]), "failed");
  EXPECT_EQ(std::get<std::string>(rows[3].cells[5]), "best");
}

}  // namespace
}  // namespace etalon
