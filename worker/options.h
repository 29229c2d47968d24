#ifndef ETALON_WORKER_OPTIONS_H_
#define ETALON_WORKER_OPTIONS_H_

#include <optional>
#include <string>
#include <variant>

#include "absl/time/time.h"
#include "common/log.h"
#include "common/rpc/credentials.h"

namespace etalon {

// What the command line of etalon-worker says.
struct WorkerOptions {
  // "host:port" of the coordinator.
  std::string server = "127.0.0.1:7077";
  ClientCredentialFiles credentials;
  // Folder of the data sets' files; "": only generated ones can be used.
  std::string data;
  // Trials that each thread leases and, as far as they fit, trains side by
  // side; none: as many as suit the machine and the trials' shape.
  std::optional<int> fuse;
  // Groups of trials trained at the same time.
  int threads = 1;
  // What the worker calls itself: letters, digits, '.', '-', '_'.
  std::string name;
  // "auto" or one of train::KnownKernels().
  std::string kernel = "auto";
  // Folder of the checkpoints; "": there is none to be found.
  std::string checkpoints;
  // Between two of a trial; zero: none are written or read.
  absl::Duration checkpoint_interval = absl::Minutes(1);
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;

  // Trials that each thread leases at once.
  int LeasedPerThread() const;
};

// Parses the command line, the environment variables ETALON_SERVER,
// ETALON_TLS_CA and the like, XDG_STATE_HOME and HOME under it.
// An exit code instead of options: the program is to end with it. --help and
// --version have printed to standard output then (0), what is wrong with a flag
// is on standard error (2).
std::variant<WorkerOptions, int> ParseOptions(int argc,
                                              const char* const* argv);

}  // namespace etalon

#endif  // ETALON_WORKER_OPTIONS_H_
