#include "tests/client/command_line_fixture.h"

#include <fstream>
#include <sstream>

#include "common/clock.h"

namespace etalon::testing {

CommandLineFixture::CommandLineFixture() {
  server_.emplace(service_);
  environment_ = {{"HOME", folder_.path()},
                  {"ETALON_SERVER", server_->address()}};
}

CommandResult CommandLineFixture::Run(
    const std::vector<std::string>& arguments) {
  std::istringstream in(standard_input_);
  std::ostringstream out;
  std::ostringstream err;
  const auto environment =
      [this](const std::string& name) -> std::optional<std::string> {
    const auto found = environment_.find(name);
    if (found == environment_.end()) return std::nullopt;
    return found->second;
  };
  Context context{.in = in,
                  .out = out,
                  .out_terminal = {},
                  .err = err,
                  .err_terminal = {},
                  .environment = environment,
                  .clock = SystemClock(),
                  .interrupt = interrupt_,
                  .random_seed = 1,
                  .binary_folder = folder_.path()};
  CommandResult result;
  result.exit_code = static_cast<int>(RunCommandLine(arguments, context));
  result.out = out.str();
  result.err = err.str();
  return result;
}

std::string CommandLineFixture::WriteFile(const std::string& name,
                                          const std::string& content) {
  const std::string path = folder_.File(name);
  std::ofstream(path) << content;
  return path;
}

}  // namespace etalon::testing
