#include "common/spec/search_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::EqualsProto;
using ::etalon::testing::ParseTextProto;
using ::etalon::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kSmall[] = R"(name: small
training:
  schedule: {constant: {eta: 0.1}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
stages:
  - {name: coarse, sample: {random: 10}}
  - name: fine
    sample: {random: 5}
    refine: {from: coarse, top: 3}
)";

// The problems of kSmall with one text in it replaced by another.
std::vector<std::string> ProblemsOf(const std::string& from,
                                    const std::string& to) {
  const std::string yaml = absl::StrReplaceAll(kSmall, {{from, to}});
  EXPECT_NE(yaml, kSmall) << from;
  const absl::Status status = ReadSearchFile(yaml, "f.yaml", {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << to;
  return absl::StrSplit(std::string(status.message()), '\n');
}

TEST(ReadSearchFile, LeavesUnsetWhatTheFileLeavesOut) {
  ETALON_ASSERT_OK_AND_ASSIGN(const SearchFile file,
                              ReadSearchFile(kSmall, "f.yaml", {}));
  EXPECT_THAT(file.spec, EqualsProto(ParseTextProto<v1::SearchSpec>(R"pb(
                name: "small"
                training { schedule { constant { eta: 0.1 } } }
                parameters {
                  name: "lambda"
                  double_range { minimum: 1e-5 maximum: 1e-1 scale: LOG }
                }
                stages {
                  name: "coarse"
                  sample { random { count: 10 } }
                }
                stages {
                  name: "fine"
                  sample { random { count: 5 } }
                  refine { from: "coarse" top: 3 }
                }
              )pb")));
}

TEST(ReadSearchFile, NameAndValuesCanBeOverridden) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const SearchFile file,
      ReadSearchFile(kSmall, "f.yaml",
                     {.name = "other",
                      .set = {"training.batch_size=50", "seed=3",
                              "stages.fine.sample.random=7"}}));
  EXPECT_EQ(file.spec.name(), "other");
  EXPECT_EQ(file.spec.training().batch_size(), 50);
  EXPECT_EQ(file.spec.seed(), 3u);
  EXPECT_EQ(file.spec.stages(1).sample().random().count(), 7);
}

TEST(ReadSearchFile, AnOverrideIsCheckedLikeTheFile) {
  EXPECT_THAT(
      ReadSearchFile(kSmall, "f",
                     {.name = "", .set = {"training.bach_size=5"}}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               "--set training.bach_size=5: training.bach_size: unknown key; "
               "did you mean 'batch_size'?"));
}

TEST(ReadSearchFile, NeedsANameFromSomewhere) {
  EXPECT_THAT(ProblemsOf("name: small\n", ""),
              ElementsAre("f.yaml:1: 'name' is missing"));
  ETALON_EXPECT_OK(
      ReadSearchFile(absl::StrReplaceAll(kSmall, {{"name: small\n", ""}}), "f",
                     {.name = "given", .set = {}}));
}

TEST(ReadSearchFile, UnknownKeyGetsLinePathAndTheNearest) {
  EXPECT_THAT(ProblemsOf("from:", "frmo:"),
              ElementsAre("f.yaml:10: stages[1].refine: 'from' is missing",
                          "f.yaml:10: stages[1].refine.frmo: unknown key; did "
                          "you mean 'from'?"));
  EXPECT_THAT(ProblemsOf("refine:", "refien:"),
              ElementsAre("f.yaml:10: stages[1].refien: unknown key; did you "
                          "mean 'refine'?"));
}

TEST(ReadSearchFile, UnknownKeyIsToldTheKeysThatThereAre) {
  EXPECT_THAT(ProblemsOf("log:", "colours:"),
              Contains("f.yaml:5: parameters.lambda.colours: unknown key; "
                       "valid: log, linear, values, integer, when"));
}

TEST(ReadSearchFile, EveryProblemIsReported) {
  const std::vector<std::string> problems = ProblemsOf("10}", "ten}, evil: 1");
  EXPECT_THAT(problems,
              ElementsAre("f.yaml:7: stages[0].sample.random: must be a whole "
                          "number, not 'ten'",
                          HasSubstr("f.yaml:7: stages[0].evil: unknown key")));
}

TEST(ReadSearchFile, WrongTypesAreNamed) {
  EXPECT_THAT(ProblemsOf("eta: 0.1", "eta: '0.1'"),
              ElementsAre("f.yaml:3: training.schedule.constant.eta: must be a "
                          "number, not \"0.1\" in quotes"));
  EXPECT_THAT(ProblemsOf("eta: 0.1", "eta: .nan"),
              ElementsAre(HasSubstr("must be a finite number, not '.nan'")));
  EXPECT_THAT(ProblemsOf("[1e-5, 1e-1]", "[1e-5]"),
              ElementsAre("f.yaml:5: parameters.lambda.log: must be two "
                          "bounds, [lowest, highest]"));
  EXPECT_THAT(ProblemsOf("[1e-5, 1e-1]", "5"),
              ElementsAre("f.yaml:5: parameters.lambda.log: must be a list, "
                          "not '5'"));
  EXPECT_THAT(ProblemsOf("{constant: {eta: 0.1}}", "constant"),
              ElementsAre("f.yaml:3: training.schedule: must be a map, not "
                          "'constant'"));
}

// The schedule of kSmall with this text in its place.
v1::Schedule ScheduleOf(const std::string& schedule) {
  const auto file = ReadSearchFile(
      absl::StrReplaceAll(kSmall, {{"{constant: {eta: 0.1}}", schedule}}),
      "f.yaml", {});
  ETALON_EXPECT_OK(file);
  return file.ok() ? file->spec.training().schedule() : v1::Schedule();
}

TEST(ReadSearchFile, SchedulesAreReadInUpdatesAndInEpochs) {
  EXPECT_THAT(
      ScheduleOf("{step: {eta: 0.1, decay: 0.5, every_updates: 90}, "
                 "warmup_epochs: 2}"),
      EqualsProto(ParseTextProto<v1::Schedule>(
          "step { eta: 0.1 decay: 0.5 every_updates: 90 } warmup_epochs: 2")));
  EXPECT_THAT(
      ScheduleOf("{step: {eta: 0.1, decay: 0.5, every_epochs: 3}, warmup: 7}"),
      EqualsProto(ParseTextProto<v1::Schedule>(
          "step { eta: 0.1 decay: 0.5 every_epochs: 3 } warmup: 7")));
}

TEST(ReadSearchFile, ChoicesExcludeEachOther) {
  EXPECT_THAT(ProblemsOf("{eta: 0.1}", "{eta: 0.1}, linear: {}"),
              ElementsAre(HasSubstr("training.schedule: only one of")));
  EXPECT_THAT(ProblemsOf("{constant: {eta: 0.1}}",
                         "{linear: {}, warmup: 5, warmup_epochs: 1}"),
              ElementsAre("f.yaml:3: training.schedule: only one of warmup, "
                          "warmup_epochs can be given"));
  EXPECT_THAT(ProblemsOf("{constant: {eta: 0.1}}",
                         "{step: {every_epochs: 1, every_updates: 9}}"),
              ElementsAre("f.yaml:3: training.schedule.step: only one of "
                          "every_epochs, every_updates can be given"));
  EXPECT_THAT(ProblemsOf("log: [1e-5, 1e-1]", ""),
              ElementsAre("f.yaml:5: parameters.lambda: one of log, linear, "
                          "values, integer must be given"));
  EXPECT_THAT(ProblemsOf("sample: {random: 10}", "replicates: 2"),
              ElementsAre("f.yaml:7: stages[0]: one of sample, take must be "
                          "given"));
}

TEST(ReadSearchFile, SamplesAreReadStrictly) {
  EXPECT_THAT(ProblemsOf("random: 10", "tpe: many"),
              ElementsAre("f.yaml:7: stages[0].sample.tpe: must be a whole "
                          "number, not 'many'"));
  EXPECT_THAT(ProblemsOf("random: 10", "sobol: {count: 8, startup: 2}"),
              ElementsAre(HasSubstr("f.yaml:7: stages[0].sample.sobol.startup: "
                                    "unknown key")));
  EXPECT_THAT(ProblemsOf("random: 10", "tpe: {count: 8, lookahead: 2}"),
              ElementsAre("f.yaml:7: stages[0].sample.tpe.lookahead: unknown "
                          "key; did you mean 'look_ahead'?"));
  EXPECT_THAT(ProblemsOf("random: 10", "cma_es: {population: 8}"),
              ElementsAre("f.yaml:7: stages[0].sample.cma_es: 'count' is "
                          "missing"));
  EXPECT_THAT(ProblemsOf("random: 10",
                         "gaussian_process: {count: 5, deterministic: 1}"),
              ElementsAre(HasSubstr("gaussian_process.deterministic: must be "
                                    "true or false")));
  EXPECT_THAT(ProblemsOf("random: 10", "tpe: 10, sobol: 10"),
              ElementsAre(HasSubstr("stages[0].sample: only one of")));
  EXPECT_THAT(ProblemsOf("random: 10}", "random: 10}, zoom: {rounds: 3}"),
              ElementsAre("f.yaml:7: stages[0].zoom: 'top' is missing"));
}

TEST(ReadSearchFile, StoppingIsReadStrictly) {
  EXPECT_THAT(ProblemsOf("random: 10}", "random: 10}, stopping: {}"),
              ElementsAre(HasSubstr("f.yaml:7: stages[0].stopping: one of")));
  EXPECT_THAT(ProblemsOf("random: 10}", "random: 10}, stopping: halving"),
              ElementsAre(HasSubstr("f.yaml:7: stages[0].stopping: must be")));
  EXPECT_THAT(ProblemsOf("random: 10}",
                         "random: 10}, stopping: {halving: {factors: 2}}"),
              ElementsAre("f.yaml:7: stages[0].stopping.halving.factors: "
                          "unknown key; did you mean 'factor'?"));
  EXPECT_THAT(ProblemsOf("random: 10}",
                         "random: 10}, stopping: {halving: {factor: 2.5}}"),
              ElementsAre(HasSubstr("stopping.halving.factor: must be a whole "
                                    "number, not '2.5'")));
  EXPECT_THAT(ProblemsOf("random: 10}",
                         "random: 10}, stopping: {hyperband: {factor: 2, "
                         "minimum_epochs: few}}"),
              ElementsAre(HasSubstr("stopping.hyperband.minimum_epochs")));
  EXPECT_THAT(ProblemsOf("random: 10}",
                         "random: 10}, stopping: {halving: {}, hyperband: {}}"),
              ElementsAre(HasSubstr("stages[0].stopping: only one of")));
  EXPECT_THAT(ProblemsOf("random: 10}", "random: 10}, stopping: {half: {}}"),
              Contains(HasSubstr("stages[0].stopping.half: unknown key")));
}

TEST(ReadSearchFile, ComparingRulesAreReadStrictly) {
  EXPECT_THAT(
      ProblemsOf("random: 10}",
                 "random: 10}, stopping: {median: {warm_up_epochs: 2}}"),
      ElementsAre("f.yaml:7: stages[0].stopping.median.warm_up_epochs: "
                  "unknown key; did you mean 'warmup_epochs'?"));
  EXPECT_THAT(ProblemsOf("random: 10}",
                         "random: 10}, stopping: {median: {startup: 0.5}}"),
              ElementsAre(HasSubstr("stopping.median.startup: must be a "
                                    "whole number, not '0.5'")));
  EXPECT_THAT(
      ProblemsOf("random: 10}",
                 "random: 10}, stopping: {asynchronous_halving: "
                 "{deterministic: perhaps}}"),
      ElementsAre(HasSubstr("stopping.asynchronous_halving.deterministic")));
  EXPECT_THAT(ProblemsOf("random: 10}",
                         "random: 10}, stopping: {asynchronous_halving: {}, "
                         "median: {}}"),
              ElementsAre(HasSubstr("stages[0].stopping: only one of")));
}

TEST(ReadSearchFile, UnknownWordsGetTheNearest) {
  EXPECT_THAT(
      ProblemsOf("training:\n", "training:\n  network: {init: xaver}\n"),
      ElementsAre("f.yaml:3: training.network.init: unknown value 'xaver'; did "
                  "you mean 'xavier'?"));
  EXPECT_THAT(ProblemsOf("training:\n", "training:\n  keep_model: some\n"),
              ElementsAre(HasSubstr("valid: none, best, all")));
  EXPECT_THAT(ProblemsOf("training:\n", "training:\n  precision: bfloat\n"),
              ElementsAre("f.yaml:3: training.precision: unknown value "
                          "'bfloat'; did you mean 'bfloat16'?"));
  EXPECT_THAT(ProblemsOf("training:\n", "training:\n  precision: double\n"),
              ElementsAre(HasSubstr("float32, bfloat16")));
}

TEST(ReadSearchFile, ADeviationIsANumberToo) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const SearchFile file,
      ReadSearchFile(kSmall, "f",
                     {.name = "", .set = {"training.network.init=0.001"}}));
  EXPECT_EQ(file.spec.training().network().initialization().deviation(), 0.001);
}

TEST(ReadSearchFile, EveryActivationIsRead) {
  const std::pair<std::string, v1::Activation> activations[] = {
      {"relu", v1::RELU},
      {"leaky_relu", v1::LEAKY_RELU},
      {"identity", v1::IDENTITY}};
  for (const auto& [name, activation] : activations) {
    ETALON_ASSERT_OK_AND_ASSIGN(
        const SearchFile file,
        ReadSearchFile(
            kSmall, "f",
            {.name = "", .set = {"training.network.activation=" + name}}));
    EXPECT_EQ(file.spec.training().network().activation(), activation);
  }
}

v1::SearchSpec ReadParametersOf(const std::string& parameters) {
  const auto file = ReadSearchFile(
      "name: a\ntraining: {}\nstages: [{name: b, sample: {random: 1}}]\n"
      "parameters:\n" +
          parameters,
      "f", {});
  ETALON_EXPECT_OK(file);
  return file.ok() ? file->spec : v1::SearchSpec();
}

TEST(ReadSearchFile, ParametersNameFieldsAndChoices) {
  EXPECT_THAT(ReadParametersOf("  network.batch_norm: {values: [true, false]}\n"
                               "  'network.hidden[0]': {integer: [5, 9]}\n"
                               "  network.init: {values: [xavier, 0.01]}\n")
                  .parameters(),
              ElementsAre(EqualsProto(ParseTextProto<v1::Parameter>(R"pb(
                            name: "network.batch_norm"
                            categories {
                              values { text: "true" }
                              values { text: "false" }
                            })pb")),
                          EqualsProto(ParseTextProto<v1::Parameter>(R"pb(
                            name: "network.hidden[0]"
                            integer_range { minimum: 5 maximum: 9 })pb")),
                          EqualsProto(ParseTextProto<v1::Parameter>(R"pb(
                            name: "network.init"
                            categories {
                              values { text: "xavier" }
                              values { text: "0.01" }
                            })pb"))));
}

TEST(ReadSearchFile, HiddenLayersAreListsOrTheNotationOfTables) {
  for (const char* values :
       {"[[], [50], [50, 30]]", "[none, 50, 50-30]", "[none, [50], '50-30']"}) {
    EXPECT_THAT(ReadParametersOf(std::string("  network.hidden: {values: ") +
                                 values + "}\n")
                    .parameters(0),
                EqualsProto(ParseTextProto<v1::Parameter>(R"pb(
                  name: "network.hidden"
                  categories {
                    values { text: "none" }
                    values { text: "50" }
                    values { text: "50-30" }
                  })pb")));
  }
}

TEST(ReadSearchFile, ConditionsHaveOneValueOrSeveral) {
  const v1::SearchSpec spec = ReadParametersOf(
      "  batch_size: {integer: [5, 9], when: {optimizer: sgd}}\n"
      "  epochs: {integer: [5, 9], when: {network.depth: [2, 3]}}\n");
  EXPECT_THAT(spec.parameters(0).when(),
              EqualsProto(ParseTextProto<v1::Parameter::Condition>(
                  "parameter: 'optimizer' values { text: 'sgd' }")));
  EXPECT_THAT(spec.parameters(1).when(),
              EqualsProto(ParseTextProto<v1::Parameter::Condition>(
                  "parameter: 'network.depth' values { integer: 2 } "
                  "values { integer: 3 }")));
}

TEST(ReadSearchFile, ConditionsOfAnotherFormAreRefused) {
  EXPECT_THAT(ProblemsOf("1e-1]", "1e-1], when: {a: 1, b: 2}"),
              ElementsAre("f.yaml:5: parameters.lambda.when: must name one "
                          "other parameter and its values"));
  EXPECT_THAT(ProblemsOf("1e-1]", "1e-1], when: {}"),
              ElementsAre(HasSubstr("must name one other parameter")));
  EXPECT_THAT(ProblemsOf("1e-1]", "1e-1], when: sgd"),
              ElementsAre(HasSubstr("parameters.lambda.when: must be a map")));
  EXPECT_THAT(ProblemsOf("1e-1]", "1e-1], when: {a: {b: c}}"),
              ElementsAre(HasSubstr("parameters.lambda.when.a: must be text")));
  EXPECT_THAT(ProblemsOf("log: [1e-5, 1e-1]", "values: [[1], [2]]"),
              ElementsAre(HasSubstr("must be a number, not a list"),
                          HasSubstr("must be a number, not a list")));
  EXPECT_THAT(
      ProblemsOf("lambda: {log: [1e-5, 1e-1]}",
                 "network.hidden: {values: [[ten], [5]]}"),
      ElementsAre(HasSubstr("network.hidden.values[0][0]: must be a whole")));
}

TEST(ReadSearchFile, AdamOverAdamwIsAdamAgain) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const SearchFile file,
      ReadSearchFile(kSmall, "f",
                     {.name = "", .set = {"training.optimizer={adam: {}}"}}));
  EXPECT_TRUE(file.spec.training().optimizer().adam().has_decoupled());
  EXPECT_FALSE(file.spec.training().optimizer().adam().decoupled());
}

TEST(ReadSearchFile, RepeatedKeysAreRefused) {
  EXPECT_THAT(ProblemsOf("name: small\n", "name: small\nname: large\n"),
              ElementsAre("f.yaml:2: name: given twice"));
}

TEST(ReadSearchFile, FilesThatAreNoMapAreRefused) {
  const auto message = [](const std::string& text) {
    return std::string(ReadSearchFile(text, "f", {}).status().message());
  };
  EXPECT_EQ(message(""), "f: the file is empty");
  EXPECT_EQ(message("# nothing\n"), "f: the file is empty");
  EXPECT_THAT(message("- a\n"), HasSubstr("f:1: must be a map"));
  EXPECT_THAT(message("hello"), HasSubstr("f:1: must be a map"));
}

TEST(ReadSearchFile, ManyWrongKeysTakeNoLongerThanTheyMust) {
  // Seconds, were any step of the reader quadratic.
  std::string yaml = "parameters:\n";
  for (int i = 0; i < 40'000; ++i) {
    yaml += "  k" + std::to_string(i) + ": {}\n";
  }
  EXPECT_THAT(ReadSearchFile(yaml, "f", {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more")));
}

TEST(ReadSearchFile, EmptyListsAreRefused) {
  EXPECT_THAT(ReadSearchFile(
                  "name: a\ntraining: {}\nparameters: {}\nstages: []", "f", {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "f:4: stages: must have at least one stage"));
}

}  // namespace
}  // namespace etalon
