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

TEST(SelectKernelsTest, EveryAvailableNameGivesTheKernelsOfThatName) {
  for (const std::string& name : AvailableKernels()) {
    const absl::StatusOr<const KernelSet*> kernels = SelectKernels(name);
    ETALON_ASSERT_OK(kernels);
    EXPECT_EQ((*kernels)->name, name);
  }
}

TEST(SelectKernelsTest, GenericRunsEverywhere) {
  EXPECT_THAT(AvailableKernels(), Contains("generic"));
}

TEST(SelectKernelsTest, AutoIsTheFastest) {
  const absl::StatusOr<const KernelSet*> kernels = SelectKernels("auto");
  ETALON_ASSERT_OK(kernels);
  EXPECT_EQ((*kernels)->name, AvailableKernels().front());
}

TEST(SelectKernelsTest, UnknownNameListsTheKnownOnes) {
  EXPECT_THAT(SelectKernels("avx1024"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("avx1024"), HasSubstr("auto"),
                             HasSubstr("amx_bf16"), HasSubstr("avx512_bf16"),
                             HasSubstr("avx512,"), HasSubstr("avx2"),
                             HasSubstr("generic"))));
  EXPECT_THAT(SelectKernels(""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("auto")));
}

TEST(SelectKernelsTest, KernelsThatCannotRunHereAreRefused) {
  const std::vector<std::string> available = AvailableKernels();
  for (const char* name : {"avx2", "avx512", "avx512_bf16", "amx_bf16"}) {
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
