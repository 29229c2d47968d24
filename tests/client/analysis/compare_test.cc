// `etalon compare`, and the pictures that it draws.

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/output/text.h"
#include "client/pictures/compare_plot.h"
#include "tests/client/command_line_fixture.h"
#include "tests/support/proto_matchers.h"

namespace etalon::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

SearchCourse Course(const std::string& name, double first, double second) {
  return {absl::StrCat("searches/", name),
          {{1, 10, first, "t/1"}, {4, 40, second, "t/4"}},
          6,
          60};
}

TEST(CompareLines, DrawAStairForEachCourse) {
  Terminal terminal;
  terminal.width = 20;  // 12 columns: two for each trial
  const std::vector<std::string> lines =
      CompareLines({Course("random", 0.25, 0.75), Course("tpe", 0.5, 0.75)},
                   Effort::kTrials, terminal);
  ASSERT_THAT(lines, SizeIs(16));
  EXPECT_EQ(lines[0], " 75.00 |       *****");
  EXPECT_EQ(lines[6], "       | bbbbbb     ");
  EXPECT_EQ(lines[11], " 25.00 | aaaaaa     ");
  EXPECT_EQ(lines[12], "       +------------");
  EXPECT_EQ(lines[13], "            6 trials");
  EXPECT_EQ(lines[14], "a  random");
  EXPECT_EQ(lines[15], "b  tpe");
}

TEST(CompareLines, AreNeverWiderThanTheTerminal) {
  for (size_t width = 1; width < 100; ++width) {
    Terminal terminal;
    terminal.width = width;
    for (const std::string& line :
         CompareLines({Course("a-name-of-some-length", 0.5, 0.5)},
                      Effort::kSeconds, terminal)) {
      EXPECT_LE(DisplayWidth(line), width) << line;
    }
  }
}

TEST(ComparePlot, NamesAreNeverCommands) {
  EXPECT_THAT(ComparePlot({Course("x'; set output 'y", 0.1, 0.2)}),
              Not(HasSubstr("title 'x';")));
}

class CompareCommand : public CommandLineFixture {
 protected:
  CompareCommand() {
    environment_["PATH"] = std::getenv("PATH");
    environment_["TMPDIR"] = folder_.path();
    service_.AnswerSearches({ParseTextProto<v1::Search>(R"pb(
      name: "searches/s"
      start_time { seconds: 1000 }
      stages { name: "searches/s/stages/coarse" }
    )pb")});
    service_.AnswerTrials({ParseTextProto<v1::Trial>(R"pb(
                             name: "searches/s/trials/1"
                             state: SUCCEEDED
                             end_time { seconds: 1004 }
                             result { validation { accuracy: 0.5 } }
                           )pb"),
                           ParseTextProto<v1::Trial>(R"pb(
                             name: "searches/s/trials/2"
                             state: DIVERGED
                             end_time { seconds: 1006 }
                           )pb"),
                           ParseTextProto<v1::Trial>(R"pb(
                             name: "searches/s/trials/3"
                             state: SUCCEEDED
                             end_time { seconds: 1008 }
                             result { validation { accuracy: 0.625 } }
                           )pb")});
  }
};

TEST_F(CompareCommand, TableGoesByTrialsOrSeconds) {
  const CommandResult trials = Run({"compare", "s", "searches/s"});
  EXPECT_EQ(trials.exit_code, 0) << trials.err;
  EXPECT_THAT(trials.out, AllOf(StartsWith("trials        s        s\n"
                                           "     1  50.00 %  50.00 %\n"
                                           "     2  50.00 %  50.00 %\n"
                                           "     3  62.50 %  62.50 %\n\n"),
                                HasSubstr("3 trials"), HasSubstr("\na  s\n")));
  const CommandResult seconds = Run({"compare", "s", "--x", "seconds"});
  EXPECT_THAT(seconds.out,
              AllOf(HasSubstr("5.0 s  50.00 %"), HasSubstr("8.0 s  62.50 %")));
}

TEST_F(CompareCommand, MachinesGetEveryImprovement) {
  const CommandResult result = Run({"compare", "s", "-o", "csv"});
  EXPECT_EQ(result.out,
            "search,trials,seconds,validation_accuracy,trial\r\n"
            "s,1,4,0.5,searches/s/trials/1\r\n"
            "s,3,8,0.625,searches/s/trials/3\r\n");
  EXPECT_EQ(json::parse(Run({"compare", "s", "-o", "json"}).out)[1]["seconds"],
            8);
}

TEST_F(CompareCommand, PictureGoesToTheFile) {
  const CommandResult result =
      Run({"compare", "s", "--out", folder_.File("c.svg")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  std::ifstream file(folder_.File("c.svg"));
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(file), {}),
              AllOf(HasSubstr("trials that have ended"),
                    HasSubstr("seconds since the start")));
}

TEST_F(CompareCommand, BadInputIsAnswered) {
  EXPECT_EQ(Run({"compare"}).exit_code, 2);
  EXPECT_EQ(Run({"compare", "S!"}).exit_code, 2);
  EXPECT_EQ(Run({"compare", "s", "--x", "luck"}).exit_code, 2);
  EXPECT_EQ(Run({"compare", "s", "--out", "c.gif"}).exit_code, 2);
  EXPECT_EQ(Run({"compare", "s", "--out", "c.png", "--x", "seconds"}).exit_code,
            2);
  EXPECT_EQ(Run({"compare", "s", "--stage", "fine"}).exit_code, 3);
  std::vector<std::string> many(14, "s");
  many[0] = "compare";
  const CommandResult refused = Run(many);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("13 searches are more than the 12"));
}

TEST_F(CompareCommand, NothingYetIsNotFound) {
  service_.AnswerTrials({});
  const CommandResult result = Run({"compare", "s"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("searches/s has no result yet"));
  EXPECT_THAT(result.out, IsEmpty());
}

}  // namespace
}  // namespace etalon::testing
