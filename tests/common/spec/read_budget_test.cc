#include "common/spec/read_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/spec/search_file.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::EqualsProto;
using ::etalon::testing::ParseTextProto;
using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;

absl::StatusOr<SearchFile> Read(const std::string& budget) {
  return ReadSearchFile(absl::StrCat(R"(name: small
training:
  schedule: {constant: {eta: 0.1}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
stages:
  - {name: coarse, sample: {random: 10}, budget: )",
                                     budget, "}\n"),
                        "f.yaml", {});
}

TEST(ReadBudget, ReadsEveryBound) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const SearchFile file,
      Read("{trials: 100, updates: 5000000000, time: 1h30m}"));
  EXPECT_THAT(file.spec.stages(0).budget(),
              EqualsProto(ParseTextProto<v1::Budget>(
                  "trials: 100 updates: 5000000000 time { seconds: 5400 }")));
}

TEST(ReadBudget, TimesHaveParts) {
  ETALON_ASSERT_OK_AND_ASSIGN(const SearchFile file, Read("{time: 1.5s}"));
  EXPECT_THAT(file.spec.stages(0).budget(),
              EqualsProto(ParseTextProto<v1::Budget>(
                  "time { seconds: 1 nanos: 500000000 }")));
}

TEST(ReadBudget, WhatIsNoneIsRefused) {
  for (const auto& [budget, problem] :
       {std::pair{"{time: 2}", "budget.time: must be a duration such as 2h"},
        std::pair{"{time: soon}", "budget.time: must be a duration"},
        std::pair{"{time: [2h]}", "budget.time: must be a duration"},
        std::pair{"{trials: 0}", "budget.trials: 0 is too small"},
        std::pair{"{updates: -7}", "budget.updates: -7 is too small"},
        std::pair{"{trials: 1.5}", "budget.trials"},
        std::pair{"{updates: 1e6}", "budget.updates"},
        std::pair{"{trails: 5}", "budget.trails: unknown key"},
        std::pair{"100", "budget"}}) {
    EXPECT_THAT(
        Read(budget).status(),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(problem)))
        << budget;
  }
}

}  // namespace
}  // namespace etalon
