#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/status_matchers.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/select.h"

namespace etalon::train {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

// Those of oneDNN tell more in their own name.
TEST(SelectKernelsTest, EveryAvailableNameGivesTheKernelsOfThatName) {
  for (const std::string& name : AvailableKernels()) {
    const absl::StatusOr<const KernelSet*> kernels = SelectKernels(name);
    ETALON_ASSERT_OK(kernels);
    if (name == "onednn") {
      EXPECT_THAT((*kernels)->name,
                  MatchesRegex("onednn_[0-9.]+_(avx|avx2|avx2_vnni|"
                               "avx512_core(_vnni|_bf16|_amx)?)"));
    } else {
      EXPECT_EQ((*kernels)->name, name);
    }
    const absl::StatusOr<const KernelSet*> again =
        SelectKernels((*kernels)->name);
    ETALON_ASSERT_OK(again);
    EXPECT_EQ(*again, *kernels);
  }
}

// A name promises bits, and another version may add up in another order.
TEST(SelectKernelsTest, AnotherVersionOfOneDnnIsRefused) {
  const std::vector<std::string> available = AvailableKernels();
  const bool here = std::find(available.begin(), available.end(), "onednn") !=
                    available.end();
  EXPECT_THAT(SelectKernels("onednn_1.0.0_avx"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("onednn_1.0.0_avx"),
                             HasSubstr(here ? "its own are onednn_"
                                            : "oneDNN was not there"))));
  EXPECT_THAT(SelectKernels("onednnx"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("auto")));
}

TEST(SelectKernelsTest, GenericRunsEverywhere) {
  EXPECT_THAT(AvailableKernels(), Contains("generic"));
}

TEST(SelectKernelsTest, AutoIsTheFastest) {
  const absl::StatusOr<const KernelSet*> kernels = SelectKernels("auto");
  ETALON_ASSERT_OK(kernels);
  EXPECT_EQ(*kernels, *SelectKernels(AvailableKernels().front()));
}

TEST(SelectKernelsTest, UnknownNameListsTheKnownOnes) {
  EXPECT_THAT(SelectKernels("avx1024"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("avx1024"), HasSubstr("auto"),
                             HasSubstr("amx_bf16"), HasSubstr("avx512_bf16"),
                             HasSubstr("avx512,"), HasSubstr("avx2"),
                             HasSubstr("onednn"), HasSubstr("generic"))));
  EXPECT_THAT(SelectKernels(""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("auto")));
}

TEST(SelectKernelsTest, KernelsThatCannotRunHereAreRefused) {
  const std::vector<std::string> available = AvailableKernels();
  for (const char* name :
       {"onednn", "avx2", "avx512", "avx512_bf16", "amx_bf16"}) {
    if (std::find(available.begin(), available.end(), name) !=
        available.end()) {
      continue;
    }
    EXPECT_THAT(
        SelectKernels(name),
        StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(name)));
  }
}

}  // namespace
}  // namespace etalon::train
