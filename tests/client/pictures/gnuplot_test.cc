// Pictures by the real gnuplot.

#include "client/pictures/gnuplot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/pictures/curves_plot.h"
#include "client/pictures/map_plot.h"
#include "client/pictures/weights_plot.h"
#include "tests/client/pictures/map_test_support.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::etalon::testing::MapSearch;
using ::etalon::testing::MapTrials;
using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr Canvas kPng{PictureFormat::kPng, 600, 400};
constexpr Canvas kSvg{PictureFormat::kSvg, 600, 400};

class Gnuplot : public ::testing::Test {
 protected:
  Gnuplot() {
    environment_["PATH"] = std::getenv("PATH");
    scratch_ = folder_.File("scratch");
    std::filesystem::create_directory(scratch_);
    environment_["TMPDIR"] = scratch_;
  }

  absl::Status Draw(const Canvas& canvas, const std::string& plot,
                    const std::string& name) {
    return DrawPicture(canvas, plot, folder_.File(name), context_);
  }
  std::string Content(const std::string& name) const {
    std::ifstream file(folder_.File(name), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  // Commands in every manner that gnuplot or a shell knows, all making `mark`.
  std::string Hostile() const {
    const std::string touch = absl::StrCat("touch ", mark());
    return absl::StrCat("</text><a&%s'; system '", touch, "'; '\"`", touch,
                        "`$(", touch, ")@A %d {/Symbol l}^2\n!", touch, "\n\\");
  }
  std::string mark() const { return folder_.File("mark"); }
  void ExpectUnharmed() const {
    EXPECT_FALSE(std::filesystem::exists(mark()));
    EXPECT_TRUE(std::filesystem::is_empty(scratch_));
  }

  TempDir folder_;
  std::string scratch_;
  std::map<std::string, std::string> environment_;
  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
  Interrupt interrupt_;
  Context context_{
      .in = in_,
      .out = out_,
      .out_terminal = {},
      .err = err_,
      .err_terminal = {},
      .environment =
          [this](const std::string& name) -> std::optional<std::string> {
        const auto found = environment_.find(name);
        if (found == environment_.end()) return std::nullopt;
        return found->second;
      },
      .clock = SystemClock(),
      .interrupt = interrupt_,
      .random_seed = 1,
      .binary_folder = ""};
};

TEST_F(Gnuplot, DrawsPngAndSvg) {
  ETALON_ASSERT_OK(Draw(kPng, "plot x\n", "a.png"));
  EXPECT_THAT(Content("a.png"), StartsWith("\x89PNG\r\n"));
  ETALON_ASSERT_OK(Draw(kSvg, "plot x\n", "a.svg"));
  EXPECT_THAT(Content("a.svg"),
              AllOf(HasSubstr("<svg"), HasSubstr("width=\"600\""),
                    HasSubstr("</svg>")));
  ExpectUnharmed();
}

TEST_F(Gnuplot, MissingProgramIsNamedWithItsPackage) {
  for (const std::string& path : {std::string(), scratch_, std::string("::")}) {
    environment_["PATH"] = path;
    EXPECT_THAT(Draw(kPng, "plot x\n", "a.png"),
                StatusIs(absl::StatusCode::kInternal,
                         HasSubstr("apt-get install gnuplot-nox")));
  }
}

TEST_F(Gnuplot, WhatItSaysIsPassedOnAndTheOldPictureStays) {
  std::ofstream(folder_.File("a.png")) << "old";
  EXPECT_THAT(Draw(kPng, "plot nonsense\n", "a.png"),
              StatusIs(absl::StatusCode::kInternal,
                       HasSubstr("undefined variable: nonsense")));
  EXPECT_EQ(Content("a.png"), "old");
  ExpectUnharmed();
}

TEST_F(Gnuplot, DrawingNothingIsAnError) {
  EXPECT_THAT(Draw(kSvg, "", "a.svg"),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("nothing")));
  EXPECT_FALSE(std::filesystem::exists(folder_.File("a.svg")));
}

TEST_F(Gnuplot, FileThatCannotBeWrittenIsNamed) {
  EXPECT_THAT(Draw(kPng, "plot x\n", "nowhere/a.png"),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("nowhere/a.png: No such file")));
  std::filesystem::create_directory(folder_.File("folder.png"));
  EXPECT_THAT(Draw(kPng, "plot x\n", "folder.png"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("Is a directory")));
  // Nor is anything left beside it.
  for (const auto& entry :
       std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_THAT(entry.path().string(), Not(HasSubstr("partial")));
  }
}

TEST_F(Gnuplot, InterruptEndsIt) {
  interrupt_.Trigger();
  EXPECT_THAT(Draw(kPng, "pause 60\n", "a.png"),
              StatusIs(absl::StatusCode::kCancelled, HasSubstr("interrupted")));
  ExpectUnharmed();
}

TEST_F(Gnuplot, HostileCurvesAreOnlyText) {
  std::vector<v1::Trial> trials(2);
  for (v1::Trial& trial : trials) {
    trial.set_name(Hostile());
    v1::ParameterAssignment* const parameter = trial.add_parameters();
    parameter->set_name(Hostile());
    parameter->mutable_value()->set_text(Hostile());
    v1::Measurement* const measurement = trial.add_measurements();
    measurement->set_update(1);
    measurement->mutable_train()->set_accuracy(0.5);
    measurement->mutable_test()->set_accuracy(0.5);
  }
  // Wide, so that the legend keeps its words.
  const Canvas wide{PictureFormat::kSvg, 2000, 600};
  ETALON_ASSERT_OK(
      Draw(wide, CurvesPlot(trials, Progression::kUpdates, wide), "a.svg"));
  trials.pop_back();
  trials[0].clear_parameters();
  ETALON_ASSERT_OK(
      Draw(kSvg, CurvesPlot(trials, Progression::kEpochs, kSvg), "b.svg"));
  // As it was, but for what SVG needs escaped.
  EXPECT_THAT(Content("a.svg"),
              HasSubstr("&lt;/text>&lt;a&amp;%s'; system 't"));
  ExpectUnharmed();
}

TEST_F(Gnuplot, HostileMapsAreOnlyText) {
  SearchMap map;
  map.search = Hostile();
  map.axes.x = {Hostile(), MapAxis::Scale::kCategories, {Hostile(), "b"}};
  map.axes.y = MapAxis{Hostile(), MapAxis::Scale::kLog, {}};
  map.stages = {{Hostile(), std::pair(-0.5, 1.5), std::pair(0.1, 10.0)}};
  MapPoint point;
  point.y = 1;
  point.accuracy = 0.5;
  map.points = {point};
  ETALON_ASSERT_OK(Draw(kSvg, MapPlot(map), "a.svg"));
  EXPECT_THAT(Content("a.svg"),
              HasSubstr("&lt;/text>&lt;a&amp;%s'; system 't"));
  map.axes.y.reset();
  ETALON_ASSERT_OK(Draw(kPng, MapPlot(map), "b.png"));
  ExpectUnharmed();
}

TEST_F(Gnuplot, HostileWeightsAreOnlyText) {
  const WeightImages images{
      Hostile(), {3, 2, 2}, std::vector<float>(12, 1), {Hostile()}};
  const WeightsPicture picture = PlotWeights(images, kPng);
  ETALON_ASSERT_OK(Draw(picture.canvas, picture.plot, "a.png"));
  ExpectUnharmed();
}

TEST_F(Gnuplot, MapsOfEveryKindOfPointAreDrawn) {
  const v1::Search search = MapSearch();
  std::vector<ConfigurationResult> results;
  for (const v1::Trial& trial : MapTrials()) AddTrial(trial, results);
  v1::RankedConfiguration best;
  best.set_stage("searches/s/stages/final");
  for (const char* y : {"eta", "network.activation", ""}) {
    const SearchMap map =
        MakeMap(search, ChooseAxes(search, "lambda", y).value(), results, best);
    ETALON_EXPECT_OK(Draw(kPng, MapPlot(map), "a.png"));
  }
}

TEST_F(Gnuplot, MapWhereNothingSucceededIsDrawn) {
  const v1::Search search = MapSearch();
  std::vector<ConfigurationResult> results;
  for (v1::Trial trial : MapTrials()) {
    trial.set_state(v1::Trial::DIVERGED);
    AddTrial(trial, results);
  }
  for (const char* y : {"eta", ""}) {
    const SearchMap map = MakeMap(
        search, ChooseAxes(search, "lambda", y).value(), results, std::nullopt);
    ETALON_EXPECT_OK(Draw(kPng, MapPlot(map), "a.png"));
  }
}

}  // namespace
}  // namespace etalon
