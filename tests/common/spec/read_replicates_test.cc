#include "common/spec/read_replicates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/spec/search_file.h"
#include "common/spec/tree_path.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::EqualsProto;
using ::etalon::testing::ParseTextProto;
using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Optional;

constexpr char kFile[] = R"(name: small
training:
  schedule: {constant: {eta: 0.1}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
stages:
  - {name: coarse, sample: {random: 10}}
)";

// A file whose search, or whose second stage, has these replicates.
absl::StatusOr<SearchFile> Read(const std::string& replicates, bool in_stage) {
  return ReadSearchFile(
      in_stage ? absl::StrCat(kFile,
                              "  - {name: fine, sample: {random: 4}, "
                              "replicates: ",
                              replicates, "}\n")
               : absl::StrCat(kFile, "replicates: ", replicates, "\n"),
      "f.yaml", {});
}

TEST(ReadReplicates, ANumberIsANumber) {
  ETALON_ASSERT_OK_AND_ASSIGN(const SearchFile file, Read("3", false));
  EXPECT_EQ(file.spec.replicates(), 3);
  EXPECT_FALSE(file.spec.has_race());
}

TEST(ReadReplicates, AMapIsARace) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const SearchFile file,
      Read("{start: 1, max: 10, race: true, confidence: 0.9}", false));
  EXPECT_THAT(file.spec.race(), EqualsProto(ParseTextProto<v1::Race>(
                                    "start: 1 max: 10 confidence: 0.9")));
  EXPECT_FALSE(file.spec.has_replicates());
}

TEST(ReadReplicates, AStageMayRace) {
  ETALON_ASSERT_OK_AND_ASSIGN(const SearchFile file,
                              Read("{max: 10, race: true}", true));
  EXPECT_THAT(file.spec.stages(1).race(),
              EqualsProto(ParseTextProto<v1::Race>("max: 10")));
  EXPECT_FALSE(file.spec.has_race());
}

TEST(ReadReplicates, WhatIsNoRaceIsRefused) {
  for (const bool in_stage : {false, true}) {
    for (const auto& [replicates, problem] :
         {std::pair{"{start: 1, max: 10, race: false}",
                    "replicates.race: is false"},
          std::pair{"{start: 1, max: 10}", "race"},
          std::pair{"{race: true}", "max"},
          std::pair{"{max: 10, race: maybe}", "replicates.race"},
          std::pair{"{max: ten, race: true}", "replicates.max"},
          std::pair{"{max: 10, race: true, stop: 3}", "replicates.stop"},
          std::pair{"[1, 10]", "replicates"},
          std::pair{"many", "replicates"}}) {
      EXPECT_THAT(
          Read(replicates, in_stage).status(),
          StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(problem)))
          << replicates;
    }
  }
}

TEST(ReadReplicates, ObjectionsAreFoundInTheFile) {
  ETALON_ASSERT_OK_AND_ASSIGN(const SearchFile file,
                              Read("{max: 1, race: true}", true));
  EXPECT_THAT(Locate("stages[1].race.max: 1 is too small", file.tree),
              Optional(HasSubstr("f.yaml:8: stages[1].replicates.max: 1 is")));
}

}  // namespace
}  // namespace etalon
