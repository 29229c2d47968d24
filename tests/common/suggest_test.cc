#include "common/suggest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace etalon {
namespace {

const std::vector<std::string>& Keys() {
  static const auto* const keys =
      new std::vector<std::string>{"from", "top", "extend", "step_epochs"};
  return *keys;
}

TEST(Nearest, FindsSlipsOfTheFinger) {
  EXPECT_EQ(Nearest("frmo", Keys()), "from");
  EXPECT_EQ(Nearest("form", Keys()), "from");
  EXPECT_EQ(Nearest("tpo", Keys()), "top");
  EXPECT_EQ(Nearest("extent", Keys()), "extend");
  EXPECT_EQ(Nearest("step_epoch", Keys()), "step_epochs");
  EXPECT_EQ(Nearest("stepepochs", Keys()), "step_epochs");
}

TEST(Nearest, LeavesAloneWhatIsFar) {
  EXPECT_EQ(Nearest("momentum", Keys()), "");
  EXPECT_EQ(Nearest("", Keys()), "");
  EXPECT_EQ(Nearest(std::string(100'000, 'f'), Keys()), "");
}

TEST(Suggest, ListsAllWhenNoneIsNear) {
  EXPECT_EQ(Suggest("momentum", Keys()),
            "valid: from, top, extend, step_epochs");
  EXPECT_EQ(Suggest("frmo", Keys()), "did you mean 'from'?");
}

}  // namespace
}  // namespace etalon
