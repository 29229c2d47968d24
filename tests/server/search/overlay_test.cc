// A stage's training over the search's.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/search/training.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using testing::EqualsProto;
using testing::ParseTextProto;

v1::Training Overlay(const std::string& base, const std::string& overlay) {
  return OverlayTraining(ParseTextProto<v1::Training>(base),
                         ParseTextProto<v1::Training>(overlay));
}

void ExpectOverlay(const std::string& base, const std::string& overlay,
                   const std::string& expected) {
  EXPECT_THAT(Overlay(base, overlay),
              EqualsProto(ParseTextProto<v1::Training>(expected)));
}

TEST(OverlayTrainingTest, ScalarsAreReplacedOneByOne) {
  ExpectOverlay("batch_size: 100 lambda: 0.1 dataset { train: 45000 }",
                "lambda: 0 dataset { validation: 1000 }",
                "batch_size: 100 lambda: 0 "
                "dataset { train: 45000 validation: 1000 }");
}

TEST(OverlayTrainingTest, ListsAreReplacedAsAWhole) {
  ExpectOverlay(
      "network { hidden { values: [ 50, 30 ] } } "
      "dataset { batches { values: [ 1, 2 ] } "
      "          validation_batches { values: 3 } }",
      "network { hidden { values: 10 } } "
      "dataset { batches { values: 4 } validation_batches {} }",
      "network { hidden { values: 10 } } "
      "dataset { batches { values: 4 } validation_batches {} }");
}

TEST(OverlayTrainingTest, AnEmptyListReplacesToo) {
  ExpectOverlay("network { hidden { values: 50 } }", "network { hidden {} }",
                "network { hidden {} }");
}

TEST(OverlayTrainingTest, TheSameChoiceOfAOneofMergesItsFields) {
  ExpectOverlay("schedule { cyclical { eta_min: 1e-6 cycles: 2 } }",
                "schedule { cyclical { cycles: 3 } }",
                "schedule { cyclical { eta_min: 1e-6 cycles: 3 } }");
}

TEST(OverlayTrainingTest, AnotherChoiceOfAOneofReplacesItAsAWhole) {
  ExpectOverlay("schedule { exponential { eta: 0.1 decay: 0.9 } warmup: 5 }",
                "schedule { constant { eta: 0.2 } }",
                "schedule { constant { eta: 0.2 } warmup: 5 }");
}

TEST(OverlayTrainingTest, OneWayToSayTheHalfCycleClearsTheOther) {
  ExpectOverlay("schedule { cyclical { step_size: 900 } }",
                "schedule { cyclical { step_epochs: 2 } }",
                "schedule { cyclical { step_epochs: 2 } }");
}

TEST(OverlayTrainingTest, OneWayToSayTheStepClearsTheOther) {
  ExpectOverlay("schedule { step { decay: 0.5 every_epochs: 2 } }",
                "schedule { step { every_updates: 100 } }",
                "schedule { step { decay: 0.5 every_updates: 100 } }");
}

TEST(OverlayTrainingTest, OneWayToSayTheWarmupClearsTheOther) {
  ExpectOverlay("schedule { linear {} warmup: 100 }",
                "schedule { warmup_epochs: 2 }",
                "schedule { linear {} warmup_epochs: 2 }");
  ExpectOverlay("schedule { linear {} warmup_epochs: 2 }",
                "schedule { warmup: 0 }", "schedule { linear {} warmup: 0 }");
}

TEST(OverlayTrainingTest, OneWayToSayTheLengthClearsTheOther) {
  ExpectOverlay("epochs: 10", "updates: 500", "updates: 500");
  ExpectOverlay("updates: 500", "epochs: 10", "epochs: 10");
}

TEST(OverlayTrainingTest, ACyclicalScheduleInPlaceOfAnotherClearsTheLength) {
  ExpectOverlay("epochs: 10 schedule { constant {} }",
                "schedule { cyclical { step_size: 5 } }",
                "schedule { cyclical { step_size: 5 } }");
}

TEST(OverlayTrainingTest, AnEmptyOverlayChangesNothing) {
  const std::string base =
      "dataset { name: 'cifar10' seed: 3 } epochs: 4 keep_model: KEEP_BEST "
      "network { activation: LEAKY_RELU } precision: BFLOAT16";
  ExpectOverlay(base, "", base);
}

TEST(OverlayTrainingTest, AStagesPrecisionReplacesTheSearchs) {
  ExpectOverlay("precision: BFLOAT16", "precision: FLOAT32",
                "precision: FLOAT32");
}

}  // namespace
}  // namespace etalon
