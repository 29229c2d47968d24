#include "common/spec/tree_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace etalon {
namespace {

class LocateTest : public ::testing::Test {
 protected:
  const YamlNode root_ = *ParseYaml(
      "name: x\n"
      "training:\n"
      "  evaluate:\n"
      "    per_cycle: 0\n"
      "parameters:\n"
      "  lambda:\n"
      "    log: [1,\n"
      "          0]\n"
      "  eta:\n"
      "    values: [1,\n"
      "             1]\n"
      "  epochs:\n"
      "    when:\n"
      "      eta: 2\n"
      "stages:\n"
      "  - name: coarse\n"
      "  - name: fine\n"
      "    refine:\n"
      "      from: coarsest\n",
      "f");
};

TEST_F(LocateTest, FindsTheLineOfAPath) {
  EXPECT_EQ(Locate("stages[1].refine.from: there is no stage", root_),
            "f:19: stages[1].refine.from: there is no stage");
  EXPECT_EQ(Locate("name: 'x' is short", root_), "f:1: name: 'x' is short");
}

TEST_F(LocateTest, SpellsThePathAsTheFileDoes) {
  EXPECT_EQ(Locate("training.evaluation.per_cycle: 0 is", root_),
            "f:4: training.evaluate.per_cycle: 0 is");
  EXPECT_EQ(Locate("parameters[0].double_range.maximum: 0", root_),
            "f:8: parameters.lambda.log[1]: 0");
  EXPECT_EQ(Locate("parameters[1].categories.values[1]: twice", root_),
            "f:11: parameters.eta.values[1]: twice");
  EXPECT_EQ(Locate("parameters[2].when.values[0]: 2 is", root_),
            "f:14: parameters.epochs.when.eta: 2 is");
  EXPECT_EQ(Locate("parameters[2].when.parameter: 'eta' is", root_),
            "f:14: parameters.epochs.when.eta: 'eta' is");
  EXPECT_EQ(Locate("parameters.points[1].count: 0", root_),
            "f:9: parameters.eta.count: 0");
  EXPECT_EQ(Locate("stages[1].refine.from.more: wrong", root_),
            "f:19: stages[1].refine.from: wrong");
}

TEST_F(LocateTest, FallsBackToTheLongestKnownPart) {
  EXPECT_EQ(Locate("stages[1].refine.top: 0 is too small", root_),
            "f:18: stages[1].refine.top: 0 is too small");
  EXPECT_EQ(Locate("training.augmentation.shift: 40 is", root_),
            "f:2: training.augment.shift: 40 is");
  EXPECT_EQ(Locate("stages[7].name: empty", root_),
            "f:15: stages[7].name: empty");
}

TEST_F(LocateTest, LeavesAloneWhatIsNoPath) {
  EXPECT_EQ(Locate("the disk is full", root_), std::nullopt);
  EXPECT_EQ(Locate("", root_), std::nullopt);
  EXPECT_EQ(Locate("[[[", root_), std::nullopt);
}

}  // namespace
}  // namespace etalon
