#ifndef ETALON_TESTS_INTEGRATION_CLUSTER_H_
#define ETALON_TESTS_INTEGRATION_CLUSTER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/random.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {

// The path of one of our binaries, as built beside this test.
std::string BinaryPath(const std::string& name);
// A path in the source tree.
std::string SourcePath(const std::string& path);

// A coordinator and workers, real processes on loopback, with a database in a
// folder of their own. Everything ends with the object. Methods fail the test
// when something does not come about in generous time.
class Cluster {
 public:
  struct Options {
    // Short, so that the leases of killed workers expire within a test.
    absl::Duration lease = absl::Seconds(2);
    // Where the database lies; "" is a folder of the cluster's own.
    std::string database_folder = {};
    // What the programs are run by, such as {"/usr/bin/env", "NAME=value"}. It
    // must become the program, so that its process id is the program's.
    std::vector<std::string> server_wrapper = {};
    std::vector<std::string> worker_wrapper = {};
  };

  Cluster() : Cluster(Options{}) {}
  explicit Cluster(const Options& options);

  // The first start takes a free port, later ones the same again. Returns once
  // the coordinator listens. `flags` come on top; `descriptors` are how many
  // files it may have open, where they are not to be as many as the test may.
  void StartServer(const std::vector<std::string>& flags = {},
                   int descriptors = 0);
  // The same, but false when the coordinator ends instead.
  bool TryStartServer(const std::vector<std::string>& flags = {},
                      int descriptors = 0);
  void KillServer();
  // From the next start on.
  void set_server_wrapper(const std::vector<std::string>& wrapper) {
    options_.server_wrapper = wrapper;
  }
  // Adds a worker with these flags, besides --server, --name and --threads 1,
  // that calls the coordinator at `address`; "" is its own. Returns its index.
  size_t StartWorker(const std::vector<std::string>& flags = {},
                     const std::string& address = "");
  void KillWorker(size_t index) { workers_.at(index)->Kill(); }
  Process& worker(size_t index) { return *workers_.at(index); }
  size_t worker_count() const { return workers_.size(); }
  Process& server() { return *server_; }
  // Replaces a worker, dead or alive, by a new process.
  void RestartWorker(size_t index);
  // Kills the coordinator or a worker, whomever `random` draws, and starts it
  // again, every `pause` on average, until the search has ended, and for
  // `max_kills` at most: after that it must come to its end by itself. Returns
  // how often.
  int KillAtRandom(RandomStream& random, int max_kills, absl::Duration pause);

  // Runs `etalon` with these arguments against this coordinator.
  ProcessResult Run(const std::vector<std::string>& arguments,
                    absl::Duration timeout = absl::Minutes(2));
  // Writes `yaml` to a file and submits it; returns the search's id.
  std::string Submit(const std::string& yaml);
  // Waits until the search has ended; returns its state as the command line
  // gives it.
  std::string AwaitEnd(const std::string& search, absl::Duration timeout);

  // Rows of a query, by the plain sqlite3 program; columns joined by '|'.
  std::vector<std::string> Query(const std::string& sql);
  // Waits until a query that counts gives at least one.
  void AwaitAny(const std::string& count_sql);
  // What must not depend on who computed: every trial with its parameters,
  // seeds, state and result, and every measurement that counts, all numbers in
  // full.
  std::vector<std::string> Table();
  // Terminates workers and coordinator as their users would, and returns what
  // is wrong about how they end or about what they leave behind.
  std::vector<std::string> EndAll();

  const std::string& database() const { return database_; }
  std::string address() const;
  // The coordinator's; 0 before its first start.
  int port() const { return port_; }
  // Logs, search files and, as a rule, the database lie here.
  const std::string& folder() const { return folder_.path(); }
  // For messages: what all processes logged.
  std::string Logs();

 private:
  Process::Options Streams(const std::string& name);

  struct WorkerSetup {
    std::vector<std::string> flags;
    std::string address;
  };

  Options options_;
  TempDir folder_;
  std::string database_;
  int port_ = 0;
  std::unique_ptr<Process> server_;
  std::vector<std::unique_ptr<Process>> workers_;
  std::vector<WorkerSetup> worker_setups_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_INTEGRATION_CLUSTER_H_
