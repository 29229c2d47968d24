#ifndef ETALON_WORKER_DATA_CACHE_H_
#define ETALON_WORKER_DATA_CACHE_H_

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "common/mutex.h"
#include "worker/train/data/dataset_spec.h"
#include "worker/train/data/prepared_data.h"

namespace etalon {

// Data sets, loaded once each and shared by all who train on them. What nobody
// uses is kept while it fits, least recently used gone first; what is in use is
// never loaded twice. Thread-safe.
class DataCache {
 public:
  using Data = std::shared_ptr<const train::PreparedData>;
  using Loader =
      std::function<absl::StatusOr<Data>(const train::DatasetSpec& spec)>;

  // Keeps up to `max_bytes`, or the latest data set alone where that is larger.
  DataCache(Loader loader, int64_t max_bytes)
      : loader_(std::move(loader)), max_bytes_(max_bytes) {}

  // The data set of `spec`; blocks while it loads, here or in another thread. A
  // failure is the loader's own, is given to all who waited for it, and is not
  // remembered. RESOURCE_EXHAUSTED when memory is short.
  absl::StatusOr<Data> Get(const train::DatasetSpec& spec);

 private:
  struct Entry {
    std::string key;
    bool loading = true;
    absl::Status failure;
    Data kept;  // null once given up
    std::weak_ptr<const train::PreparedData> data;
    int64_t bytes = 0;
  };

  absl::StatusOr<Data> Load(const train::DatasetSpec& spec) const;
  // What `entry` has, given up or not, as long as somebody uses it.
  static Data Find(const Entry& entry);
  void GiveUpExcess() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Loader loader_;
  const int64_t max_bytes_;
  Mutex mutex_;
  CondVar loaded_;
  // Most recently used first. Shared: who waits for an entry outlives its
  // place in the list when the load fails.
  std::list<std::shared_ptr<Entry>> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon

#endif  // ETALON_WORKER_DATA_CACHE_H_
