#include "client/records/training_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/spec/search_file.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::EqualsProto;
using ::etalon::testing::ParseTextProto;
using ::testing::ElementsAre;

TEST(TrainingLines, AreSpeltAsInASearchFile) {
  EXPECT_THAT(
      TrainingLines(ParseTextProto<v1::Training>(R"pb(
                      dataset { name: "synthetic" train: 4000 seed: 1 }
                      network {
                        hidden { values: 50 values: 30 }
                        initialization { xavier {} }
                        activation: LEAKY_RELU
                      }
                      schedule { exponential { eta: 0.05 decay: 0.8 } }
                      batch_size: 100
                      evaluation { per_epoch: 1 }
                      keep_model: KEEP_NONE
                      precision: BFLOAT16
                    )pb"),
                    2),
      ElementsAre(
          "  dataset: {name: synthetic, train: 4000, seed: 1}",
          "  network: {hidden: [50, 30], init: xavier, activation: leaky_relu}",
          "  schedule: {exponential: {eta: 0.05, decay: 0.8}}",
          "  batch_size: 100", "  evaluate: {per_epoch: 1}",
          "  keep_model: none", "  precision: bfloat16"));
}

class ReadAgain : public ::testing::TestWithParam<const char*> {};

TEST_P(ReadAgain, GivesTheSameSettings) {
  const auto training = ParseTextProto<v1::Training>(GetParam());
  const std::string text = absl::StrCat(
      "name: s\ntraining:\n", absl::StrJoin(TrainingLines(training, 2), "\n"),
      "\nparameters: {lambda: {values: [0]}}\n"
      "stages: [{name: only, sample: {random: 1}}]\n");
  ETALON_ASSERT_OK_AND_ASSIGN(const SearchFile file,
                              ReadSearchFile(text, "file", {}));
  EXPECT_THAT(file.spec.training(), EqualsProto(training));
}

INSTANTIATE_TEST_SUITE_P(
    Settings, ReadAgain,
    ::testing::Values(
        R"pb(dataset {
               name: "a: \"strange\" name"
               batches { values: 1 values: 2 }
               validation_batches { values: 3 }
               seed: 9223372036854775807
             })pb",
        R"pb(network {
               hidden {}
               batch_norm: false
               dropout: 0.1
               initialization { deviation: 0.01 }
             })pb",
        R"pb(optimizer { adam { beta1: 0.3 epsilon: 1e-8 decoupled: true } }
             lambda: 0.00111408297494123)pb",
        R"pb(optimizer { adam { beta2: 0.3 decoupled: false } }
             lambda: 0)pb",
        R"pb(optimizer { sgd { momentum: 0.9 nesterov: true } }
             network {
               initialization { he {} }
               activation: RELU
             })pb",
        R"pb(schedule {
               cyclical { eta_min: 1e-5 eta_max: 0.1 step_epochs: 2 cycles: 3 }
               warmup: 5
             }
             evaluation { per_cycle: 4 training: true })pb",
        R"pb(schedule { constant {} }
             updates: 7
             augmentation { mirror: true shift: 2 }
             early_stopping { patience: 3 }
             keep_model: KEEP_BEST
             precision: FLOAT32)pb"));

}  // namespace
}  // namespace etalon
