#ifndef ETALON_WORKER_DATASET_INVENTORY_H_
#define ETALON_WORKER_DATASET_INVENTORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/mutex.h"
#include "etalon/v1/worker.pb.h"
#include "worker/data_cache.h"
#include "worker/train/data/dataset_spec.h"

namespace etalon {

// Which data sets this worker can train on, and why not the others: those that
// stand where they usually do are probed at the start, what loading them shows
// corrects it, and what is not usable is looked at again now and then, so that
// a repaired folder comes back by itself. Of data sets at a path only those are
// listed that would not load. Thread-safe.
class DatasetInventory {
 public:
  struct Options {
    // "" when the worker was given none.
    std::string data_directory;
    // How often to look again at what is not usable.
    absl::Duration recheck_interval = absl::Minutes(1);
  };
  struct Snapshot {
    // Grows with every change.
    int64_t version = 0;
    std::vector<v1::DatasetStatus> statuses;
  };

  // Searches may name any number of paths; the coordinator takes 64 data sets.
  static constexpr int kMaxPaths = 32;

  // Probes. `cache` and `clock` must outlive the inventory.
  DatasetInventory(const Options& options, DataCache& cache,
                   const Clock& clock);

  Snapshot Get() const;
  int64_t version() const;

  // Loading `spec` of the data set `name` at `path` ("": where it usually is)
  // failed. It counts as unusable until that very load succeeds. Past kMaxPaths
  // the path that was marked first is forgotten, and would be tried again.
  void MarkUnusable(const std::string& name, const std::string& path,
                    const train::DatasetSpec& spec, const std::string& reason);

  // Looks again at what is not usable if the interval is over, in one thread at
  // a time: may block as long as loading a data set takes.
  void RecheckIfDue();

 private:
  struct Entry {
    std::string name;
    std::string path;
    // OK: usable.
    absl::Status status;
    // What failed to load.
    std::optional<train::DatasetSpec> failed;
  };

  absl::Status Check(const Entry& entry) const;
  std::vector<Entry>::iterator Find(const std::string& name,
                                    const std::string& path)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Update(Entry& entry, const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Forgets paths that are usable, and the first of too many.
  void ForgetPaths() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  DataCache& cache_;
  const Clock& clock_;
  mutable Mutex mutex_;
  int64_t version_ ABSL_GUARDED_BY(mutex_) = 1;
  // Those without a path first.
  std::vector<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  bool checking_ ABSL_GUARDED_BY(mutex_) = false;
  // On the monotonic clock.
  absl::Duration last_check_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon

#endif  // ETALON_WORKER_DATASET_INVENTORY_H_
