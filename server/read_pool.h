#ifndef ETALON_SERVER_READ_POOL_H_
#define ETALON_SERVER_READ_POOL_H_

#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/mutex.h"
#include "storage/store.h"

namespace etalon {

// Threads that read, each on a connection of its own, so that neither handlers
// nor the writer wait for a query.
//
// Threads: Run from any; it does not block. The store must outlive the pool.
class ReadPool {
 public:
  using Task = std::function<void(Reader&)>;

  // Any error of Store::NewReader.
  static absl::StatusOr<std::unique_ptr<ReadPool>> Create(Store& store,
                                                          int threads);
  ~ReadPool();
  ReadPool(const ReadPool&) = delete;
  ReadPool& operator=(const ReadPool&) = delete;

  // Runs `task` on one of the threads. UNAVAILABLE, and `task` is never run:
  // too many wait, or the pool has been stopped.
  absl::Status Run(Task task);

  // Tasks that wait for a thread.
  size_t waiting();

  // Does what waits and ends the threads. Not from one of them.
  void Stop();

 private:
  explicit ReadPool(std::vector<std::unique_ptr<Reader>> readers);
  void Work(Reader& reader);

  const std::vector<std::unique_ptr<Reader>> readers_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Task> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_READ_POOL_H_
