#ifndef ETALON_CLIENT_LOCAL_LOCAL_CLUSTER_H_
#define ETALON_CLIENT_LOCAL_LOCAL_CLUSTER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/context.h"
#include "client/local/child_process.h"
#include "client/local/temporary_folder.h"

namespace etalon {

// The worker's program, beside this one.
std::string WorkerPath(const Context& context);

// A coordinator and workers on this machine, on loopback, that live as long as
// this object. Their logs are in a folder of their own, which goes away with
// them unless KeepLogs was called. Not thread-safe; for the main thread.
class LocalCluster {
 public:
  struct Options {
    std::string database;
    int workers = 1;
    int threads = 1;
    // Where the workers find data sets; empty: they are told nothing.
    std::string data;
  };

  // Returns once the coordinator listens.
  // INTERNAL: a program could not be started, or ended; the message has what it
  // said last. CANCELLED: interrupted.
  static absl::StatusOr<std::unique_ptr<LocalCluster>> Start(
      const Options& options, Context& context);

  // Asks workers, then the coordinator, to end, and kills what does not within
  // ten seconds.
  ~LocalCluster();

  // INTERNAL: one of them has ended, which none does by itself.
  absl::Status Check();

  void KeepLogs() { logs_->Keep(); }

  const std::string& address() const { return address_; }
  const std::string& log_folder() const { return logs_->path(); }

 private:
  LocalCluster(Context& context, std::unique_ptr<TemporaryFolder> logs);

  absl::Status StartServer(const Options& options);
  absl::Status StartWorkers(const Options& options);
  // The error for a child that has ended, with the end of its log.
  absl::Status Died(const ChildProcess& child, const std::string& how,
                    const std::string& log) const;
  void Stop(std::vector<std::unique_ptr<ChildProcess>>& children);
  std::string LogOf(size_t worker) const;

  Context& context_;
  const std::unique_ptr<TemporaryFolder> logs_;
  std::string address_;
  // One, or none.
  std::vector<std::unique_ptr<ChildProcess>> server_;
  std::vector<std::unique_ptr<ChildProcess>> workers_;
};

}  // namespace etalon

#endif  // ETALON_CLIENT_LOCAL_LOCAL_CLUSTER_H_
