// Parameters' importance from trials, and `etalon importance`.

#include "client/analysis/importance.h"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "common/random.h"
#include "tests/client/command_line_fixture.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::Search Space() {
  return ParseTextProto<v1::Search>(R"pb(
    name: "searches/s"
    spec {
      name: "s"
      parameters {
        name: "lambda"
        double_range { minimum: 1e-4 maximum: 1 scale: LOG }
      }
      parameters {
        name: "optimizer"
        categories {
          values { text: "adam" }
          values { text: "sgd" }
        }
      }
      parameters {
        name: "optimizer.sgd.momentum"
        double_range { minimum: 0 maximum: 0.9 }
        when {
          parameter: "optimizer"
          values { text: "sgd" }
        }
      }
      stages { name: "coarse" }
    }
    stages { name: "searches/s/stages/coarse" }
  )pb");
}

struct Point {
  double lambda;  // on its scale, [0, 1]
  bool sgd;
  double momentum;  // of its range, [0, 1]
};

ConfigurationResult At(int index, const Point& point) {
  ConfigurationResult result;
  result.stage = "searches/s/stages/coarse";
  result.configuration = index;
  const auto add = [&](const char* name) {
    v1::ParameterAssignment* const added = result.parameters.Add();
    added->set_name(name);
    return added->mutable_value();
  };
  add("lambda")->set_number(std::pow(10, 4 * point.lambda - 4));
  add("optimizer")->set_text(point.sgd ? "sgd" : "adam");
  if (point.sgd)
    add("optimizer.sgd.momentum")->set_number(0.9 * point.momentum);
  return result;
}

template <typename Accuracy>
std::vector<ConfigurationResult> Train(int count, const Accuracy& accuracy) {
  RandomStream random(7);
  std::vector<ConfigurationResult> results;
  for (int i = 0; i < count; ++i) {
    const Point point = {random.NextUniform(), random.NextBelow(2) == 1,
                         random.NextUniform()};
    results.push_back(At(i, point));
    results.back().accuracies = {accuracy(point)};
  }
  return results;
}

double ShareOf(const ImportanceReport& report,
               const std::vector<std::string>& parameters) {
  for (const Importance& one : report.importances) {
    if (one.parameters == parameters) return one.share;
  }
  ADD_FAILURE();
  return -1;
}

TEST(ImportanceOf, GoesByTheScale) {
  // Linear in the logarithm: variance 0.04 · 1/12, beside 0.04 · 1/4 of the
  // choice.
  const auto report =
      ImportanceOf(Space(), Train(400, [](const Point& point) {
                     return 0.5 + 0.2 * point.lambda + (point.sgd ? 0.2 : 0.0);
                   }));
  ETALON_ASSERT_OK(report.status());
  EXPECT_EQ(report->configurations, 400);
  EXPECT_GT(report->explained, 0.95);
  EXPECT_NEAR(ShareOf(*report, {"lambda"}), 0.25, 0.04);
  EXPECT_NEAR(ShareOf(*report, {"optimizer"}), 0.75, 0.04);
  EXPECT_EQ(report->importances[0].parameters[0], "optimizer");
  EXPECT_THAT(report->importances, SizeIs(6));
}

TEST(ImportanceOf, WhatAConditionLeavesOutCountsWhereItIsThere) {
  // Momentum matters for sgd alone: c m over the whole space, whose variance
  // 5/48 is 3/48 of the choice, 1/48 of momentum and 1/48 of both.
  const auto accuracy = [](const Point& point) {
    return 0.5 + (point.sgd ? 0.4 * point.momentum : 0.0);
  };
  const auto report = ImportanceOf(Space(), Train(800, accuracy));
  ETALON_ASSERT_OK(report.status());
  EXPECT_NEAR(ShareOf(*report, {"optimizer"}), 0.6, 0.06);
  EXPECT_NEAR(ShareOf(*report, {"optimizer.sgd.momentum"}), 0.2, 0.06);
  EXPECT_NEAR(ShareOf(*report, {"optimizer", "optimizer.sgd.momentum"}), 0.2,
              0.06);
  EXPECT_LT(ShareOf(*report, {"lambda"}), 0.02);
}

TEST(ImportanceOf, DivergedCountsAsTheWorst) {
  std::vector<ConfigurationResult> results =
      Train(400, [](const Point& point) { return 0.8 + 0.01 * point.lambda; });
  for (ConfigurationResult& result : results) {
    if (result.parameters[1].value().text() != "sgd") continue;
    // The worst of all is one that has an accuracy.
    result.accuracies.clear();
    result.diverged = 1;
  }
  results[0] = At(0, {0.5, false, 0});
  results[0].accuracies = {0.1};
  const auto report = ImportanceOf(Space(), results);
  ETALON_ASSERT_OK(report.status());
  EXPECT_GT(report->diverged, 150);
  EXPECT_GT(ShareOf(*report, {"optimizer"}), 0.9);
}

TEST(ImportanceOf, TakesResultsThatDiffer) {
  const auto constant = [](const Point&) { return 0.5; };
  EXPECT_THAT(ImportanceOf(Space(), Train(9, constant)),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("9 configurations")));
  EXPECT_THAT(ImportanceOf(Space(), Train(20, constant)),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("same accuracy")));
  EXPECT_THAT(ImportanceOf(Space(), {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("0")));
}

class ImportanceCommand : public CommandLineFixture {
 protected:
  ImportanceCommand() {
    service_.AnswerSearches({Space()});
    AnswerTrials(40);
  }
  void AnswerTrials(int count) {
    std::vector<v1::Trial> trials;
    for (const ConfigurationResult& result :
         Train(count, [](const Point& point) { return 0.2 * point.lambda; })) {
      v1::Trial& trial = trials.emplace_back();
      trial.set_stage(result.stage);
      trial.set_configuration(result.configuration);
      trial.set_state(v1::Trial::SUCCEEDED);
      *trial.mutable_parameters() = result.parameters;
      trial.mutable_result()->mutable_validation()->set_accuracy(
          result.accuracies[0]);
    }
    service_.AnswerTrials(std::move(trials));
  }
};

TEST_F(ImportanceCommand, RanksParameters) {
  const CommandResult result = Run({"importance", "s"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\nlambda "));
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("from 40 configurations; the forest "),
                    HasSubstr("of the variance")));
  const json rows = json::parse(
      Run({"importance", "s", "--stage", "coarse", "-o", "json"}).out);
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[0]["parameter"], "lambda");
  EXPECT_GT(rows[0]["importance"].get<double>(), 0.8);
}

TEST_F(ImportanceCommand, BadInputIsAnswered) {
  EXPECT_EQ(Run({"importance"}).exit_code, 2);
  EXPECT_EQ(Run({"importance", "S!"}).exit_code, 2);
  EXPECT_EQ(Run({"importance", "s", "--stage", "fine"}).exit_code, 3);
  AnswerTrials(5);
  const CommandResult few = Run({"importance", "s"});
  EXPECT_EQ(few.exit_code, 4);
  EXPECT_THAT(few.err, HasSubstr("5 configurations with an accuracy"));
  EXPECT_THAT(few.out, IsEmpty());
}

}  // namespace
}  // namespace etalon::testing
