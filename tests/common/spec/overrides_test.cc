#include "common/spec/overrides.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

class ApplyOverrideTest : public ::testing::Test {
 protected:
  YamlNode root_ = *ParseYaml(
      "training: {batch_size: 100}\n"
      "stages:\n"
      "  - {name: coarse}\n"
      "  - {name: fine}\n",
      "f");
};

TEST_F(ApplyOverrideTest, ReplacesAValue) {
  ETALON_ASSERT_OK(ApplyOverride("training.batch_size=50", root_));
  EXPECT_EQ(root_.Find("training")->Find("batch_size")->text, "50");
  EXPECT_EQ(root_.Find("training")->Find("batch_size")->where,
            "--set training.batch_size=50");
}

TEST_F(ApplyOverrideTest, AddsWhatIsNotThere) {
  ETALON_ASSERT_OK(ApplyOverride("training.network.hidden=[8, 4]", root_));
  EXPECT_EQ(
      root_.Find("training")->Find("network")->Find("hidden")->items[1].text,
      "4");
}

TEST_F(ApplyOverrideTest, FindsItemsByIndexAndByName) {
  ETALON_ASSERT_OK(ApplyOverride("stages[0].replicates=2", root_));
  ETALON_ASSERT_OK(ApplyOverride("stages.fine.replicates=3", root_));
  EXPECT_EQ(root_.Find("stages")->items[0].Find("replicates")->text, "2");
  EXPECT_EQ(root_.Find("stages")->items[1].Find("replicates")->text, "3");
}

TEST_F(ApplyOverrideTest, TakesAnEqualsSignInTheValue) {
  ETALON_ASSERT_OK(ApplyOverride("name='a=b'", root_));
  EXPECT_EQ(root_.Find("name")->text, "a=b");
}

TEST_F(ApplyOverrideTest, RefusesWhatItCannotFollow) {
  for (const char* text : {"stages[2].name=x", "stages.final.name=x",
                           "training.batch_size.x=1", "training[0]=1"}) {
    EXPECT_THAT(ApplyOverride(text, root_),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr(std::string("--set ") + text),
                               HasSubstr("the file has no"))))
        << text;
  }
}

TEST_F(ApplyOverrideTest, RefusesMalformedFlags) {
  for (const char* text : {"training.batch_size", "=3", "a..b=1", "a[x]=1",
                           "a[1=1", "[0]=1", "a[-1]=1", ""}) {
    EXPECT_THAT(ApplyOverride(text, root_),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("must be PATH=VALUE")))
        << text;
  }
  EXPECT_THAT(
      ApplyOverride("training={", root_),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not YAML")));
}

}  // namespace
}  // namespace etalon
