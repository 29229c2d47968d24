#ifndef ETALON_TESTS_CLIENT_COMMAND_LINE_FIXTURE_H_
#define ETALON_TESTS_CLIENT_COMMAND_LINE_FIXTURE_H_

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/command_line.h"
#include "client/interrupt.h"
#include "tests/client/fake_search_service.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {

struct CommandResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// The command line in this process, with a fake coordinator, an environment of
// its own and no terminal.
class CommandLineFixture : public ::testing::Test {
 protected:
  CommandLineFixture();

  CommandResult Run(const std::vector<std::string>& arguments);
  std::string WriteFile(const std::string& name, const std::string& content);
  void StopServer() { server_.reset(); }

  TempDir folder_;
  FakeSearchService service_;
  std::optional<FakeServer> server_;
  // ETALON_SERVER is the fake's address; HOME is an empty folder.
  std::map<std::string, std::string> environment_;
  std::string standard_input_;
  Interrupt interrupt_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_CLIENT_COMMAND_LINE_FIXTURE_H_
