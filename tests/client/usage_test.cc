// How commands are to be called: what the help teaches, and what is answered
// where they are called otherwise.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/client/command_line_fixture.h"

namespace etalon {
namespace {

using ::etalon::testing::CommandResult;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Usage = ::etalon::testing::CommandLineFixture;

TEST_F(Usage, UsageErrorsAreTwoAndGoToStandardError) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{
           {},
           {"lst"},
           {"list", "--nonsense"},
           {"list", "-o", "xml"},
           {"list", "--timeout", "soon"},
           {"list", "--timeout", "-3"},
           {"list", "--timeout", "inf"},
           {"show"},
           {"show", "Not A Name"},
           {"trial", "s"},
           {"best", "s", "-n", "0"},
           {"trials", "s", "--limit", "0"},
           {"trials", "s", "--state", "sleeping"},
           {"run", "x.yaml", "--data", "/nowhere/at/all"},
           {"run", "x.yaml", "--workers", "0"},
           {"rerun"},
           {"rerun", "s/7", "--data", "/nowhere/at/all"}}) {
    const CommandResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(arguments);
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, Not(IsEmpty()));
  }
}

TEST_F(Usage, RunWithAServerSaysWhichCommandItIsFor) {
  const CommandResult result = Run({"run", "x.yaml", "--server", "far:7077"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("etalon submit SPEC --server far:7077"));
  EXPECT_THAT(Run({"run", "--help"}).out, Not(HasSubstr("--server")));
}

TEST_F(Usage, HelpOfEveryVerbTeachesWithAnExample) {
  const CommandResult top = Run({"--help"});
  EXPECT_EQ(top.exit_code, 0);
  for (const char* verb :
       {"run", "submit", "list", "show", "watch", "best", "trials", "trial",
        "export", "curves", "map", "weights", "pause", "resume", "cancel",
        "workers", "health"}) {
    EXPECT_THAT(top.out, HasSubstr(verb));
    const CommandResult help = Run({verb, "--help"});
    EXPECT_EQ(help.exit_code, 0) << verb;
    EXPECT_THAT(help.out, AllOf(HasSubstr("Example"),
                                HasSubstr(std::string("etalon ") + verb)))
        << verb;
    EXPECT_THAT(help.err, IsEmpty()) << verb;
  }
  EXPECT_THAT(Run({"--version"}).out, ::testing::StartsWith("etalon "));
}

}  // namespace
}  // namespace etalon
