#include "tests/support/certificates.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/support/process.h"

namespace etalon::testing {
namespace {

const char kScript[] = ETALON_SOURCE_DIR "/deploy/make-certificates.sh";

}  // namespace

Certificates::Certificates(const std::vector<std::string>& clients) {
  std::vector<std::string> arguments = {"--server", "coordinator.test"};
  if (!clients.empty()) {
    arguments.push_back("--client");
    arguments.insert(arguments.end(), clients.begin(), clients.end());
  }
  Make(arguments);
}

void Certificates::MakeExpired(const std::string& name) {
  if (name == "server") {
    unlink(Pem(name).c_str());
    unlink(Key(name).c_str());
  }
  // For no days at all: until the second in which it is made is over.
  Make({name == "server" ? "--server" : "--client", name, "--days", "0"});
  absl::SleepFor(absl::Milliseconds(1100));
}

void Certificates::Make(std::vector<std::string> arguments) {
  std::vector<std::string> argv = {"/bin/bash", kScript, folder_.path()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const ProcessResult result = RunProcess(argv);
  GTEST_CHECK_(result.exit_code == 0) << result.error;
}

}  // namespace etalon::testing
