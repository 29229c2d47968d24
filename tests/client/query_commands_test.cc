// sql, delete and completion.

#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/client/command_line_fixture.h"
#include "tests/support/proto_matchers.h"

namespace etalon::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class QueryCommands : public CommandLineFixture {
 protected:
  static v1::RunSqlResponse Table() {
    return ParseTextProto<v1::RunSqlResponse>(R"pb(
      columns: "a"
      columns: "b"
      rows {
        values { integer: 1 }
        values { text: "x,y" }
      }
      rows {
        values { number: 0.1 }
        values { blob: "\xff\x00" }
      }
      rows {
        values {}
        values { text: "\x1b[2J" }
      }
    )pb");
  }
};

TEST_F(QueryCommands, SqlWritesRowsInEveryFormat) {
  service_.AnswerSql(Table());
  const CommandResult csv = Run({"sql", "SELECT 1", "-o", "csv"});
  EXPECT_EQ(csv.exit_code, 0) << csv.err;
  EXPECT_THAT(csv.out, HasSubstr("a,b\r\n1,\"x,y\"\r\n0.1,x'ff00'\r\n"));
  EXPECT_THAT(Run({"sql", "SELECT 1", "-o", "jsonl"}).out,
              HasSubstr("{\"a\":1,\"b\":\"x,y\"}\n"));
  EXPECT_THAT(Run({"sql", "SELECT 1", "-o", "json"}).out, HasSubstr("null"));
  EXPECT_THAT(Run({"sql", "SELECT 1", "-o", "yaml"}).out, HasSubstr("b: "));
  // No terminal is steered by what is in a database.
  const std::string table = Run({"sql", "SELECT 1"}).out;
  EXPECT_EQ(table.find('\x1b'), std::string::npos);
  EXPECT_EQ(service_.asked()[0].sql(), "SELECT 1");
}

TEST_F(QueryCommands, SqlThatLeavesRowsOutSaysSo) {
  v1::RunSqlResponse table = Table();
  table.set_truncated(true);
  service_.AnswerSql(table);
  const CommandResult cut = Run({"sql", "SELECT 1"});
  EXPECT_EQ(cut.exit_code, 1);
  EXPECT_THAT(cut.err, HasSubstr("only the first 3 rows"));
  const CommandResult asked = Run({"sql", "SELECT 1", "--limit", "3"});
  EXPECT_EQ(asked.exit_code, 0);
  EXPECT_THAT(asked.err, IsEmpty());
  EXPECT_EQ(service_.asked().back().max_rows(), 3);
  EXPECT_EQ(Run({"sql", "SELECT 1", "--limit", "0"}).exit_code, 2);
  EXPECT_EQ(Run({"sql", "SELECT 1", "--limit", "10001"}).exit_code, 2);
  EXPECT_EQ(Run({"sql"}).exit_code, 2);
}

TEST_F(QueryCommands, SqlThatIsRefusedHasItsExitCode) {
  service_.FailWith({grpc::StatusCode::PERMISSION_DENIED, "sql: no"});
  EXPECT_EQ(Run({"sql", "DELETE FROM trials"}).exit_code, 6);
  service_.FailWith({grpc::StatusCode::INVALID_ARGUMENT, "sql: near"});
  EXPECT_EQ(Run({"sql", "SELEC"}).exit_code, 2);
  service_.FailWith({grpc::StatusCode::RESOURCE_EXHAUSTED, "sql: long"});
  EXPECT_EQ(Run({"sql", "SELECT 1"}).exit_code, 1);
}

TEST_F(QueryCommands, DeleteWantsAYes) {
  const CommandResult unsure = Run({"delete", "s"});
  EXPECT_EQ(unsure.exit_code, 2);
  EXPECT_THAT(unsure.err, AllOf(HasSubstr("--yes"), HasSubstr("searches/s")));
  EXPECT_THAT(service_.deleted(), IsEmpty());
  const CommandResult sure = Run({"delete", "s", "--yes", "-o", "csv"});
  EXPECT_EQ(sure.exit_code, 0) << sure.err;
  EXPECT_EQ(sure.out, "deleted,trials\r\nsearches/s,5\r\n");
  EXPECT_THAT(service_.deleted(), ElementsAre("searches/s"));
}

TEST_F(QueryCommands, DeleteOfASearchThatGoesOnIsAConflict) {
  service_.FailWith({grpc::StatusCode::FAILED_PRECONDITION,
                     "searches/s is RUNNING: end it first"});
  const CommandResult result = Run({"delete", "s", "--yes"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("end it first"));
}

TEST_F(QueryCommands, CompletionIsAScriptWithEveryVerb) {
  const CommandResult script = Run({"completion", "bash"});
  EXPECT_EQ(script.exit_code, 0);
  for (const char* verb : {"run", "trials", "sql", "delete", "completion"}) {
    EXPECT_THAT(script.out,
                HasSubstr(std::string("    ") + verb + ") words='"));
  }
  EXPECT_EQ(Run({"completion", "fish"}).exit_code, 2);

  // What bash makes of it.
  const std::string path = WriteFile("completion.bash", script.out);
  const auto completed = [&](const std::string& words) {
    const std::string command =
        "bash -c 'etalon() { [ \"$1\" = list ] && echo searches/alpha; };"
        " compopt() { :; }; source " +
        path + "; COMP_WORDS=(" + words +
        "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _etalon;"
        " echo \"${COMPREPLY[@]}\"'";
    FILE* const pipe = popen(command.c_str(), "r");
    std::string out;
    for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) {
      out.push_back(static_cast<char>(c));
    }
    EXPECT_EQ(pclose(pipe), 0);
    return out;
  };
  EXPECT_EQ(completed("etalon exp"), "export\n");
  EXPECT_EQ(completed("etalon trials --fil"), "--filter\n");
  EXPECT_EQ(completed("etalon show al"), "alpha\n");
  EXPECT_EQ(completed("etalon trial al"), "alpha/\n");
  EXPECT_EQ(completed("etalon show alpha -o js"), "json jsonl\n");
  EXPECT_EQ(completed("etalon db mig"), "migrate\n");
  // Which `run` knows only to refuse it.
  EXPECT_EQ(completed("etalon run --ser"), "\n");
}

}  // namespace
}  // namespace etalon::testing
