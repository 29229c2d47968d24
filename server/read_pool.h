#ifndef ETALON_SERVER_READ_POOL_H_
#define ETALON_SERVER_READ_POOL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/mutex.h"
#include "storage/store.h"

namespace etalon {

// Threads that read, each by an R of its own, so that neither handlers nor the
// writer wait for a query.
//
// Threads: Run from any; it does not block. What the readers read must outlive
// the pool.
template <typename R>
class PoolOfReaders {
 public:
  using Task = std::function<void(R&)>;

  PoolOfReaders(std::vector<std::unique_ptr<R>> readers, size_t max_waiting)
      : readers_(std::move(readers)), max_waiting_(max_waiting) {
    for (const std::unique_ptr<R>& reader : readers_) {
      threads_.emplace_back([this, &reader] { Work(*reader); });
    }
  }
  ~PoolOfReaders() { Stop(); }
  PoolOfReaders(const PoolOfReaders&) = delete;
  PoolOfReaders& operator=(const PoolOfReaders&) = delete;

  // Runs `task` on one of the threads. UNAVAILABLE, and `task` is never run:
  // too many wait, or the pool has been stopped.
  absl::Status Run(Task task) {
    MutexLock lock(mutex_);
    if (stopping_) {
      return absl::UnavailableError("the coordinator is shutting down");
    }
    if (queue_.size() >= max_waiting_) {
      return absl::UnavailableError("the coordinator is overloaded with reads");
    }
    queue_.push_back(std::move(task));
    changed_.NotifyOne();
    return absl::OkStatus();
  }

  // Tasks that wait for a thread.
  size_t waiting() {
    MutexLock lock(mutex_);
    return queue_.size();
  }

  // Does what waits and ends the threads. Not from one of them.
  void Stop() {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
      changed_.NotifyAll();
    }
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  void Work(R& reader) {
    while (true) {
      Task task;
      {
        MutexLock lock(mutex_);
        while (queue_.empty() && !stopping_) changed_.Wait(mutex_);
        if (queue_.empty()) return;
        task = std::move(queue_.front());
        queue_.pop_front();
      }
      task(reader);
    }
  }

  const std::vector<std::unique_ptr<R>> readers_;
  const size_t max_waiting_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Task> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

class ReadPool : public PoolOfReaders<Reader> {
 public:
  // Any error of Store::NewReader.
  static absl::StatusOr<std::unique_ptr<ReadPool>> Create(Store& store,
                                                          int threads);

 private:
  using PoolOfReaders::PoolOfReaders;
};

// One thread, so that people's SQL takes one core at most, and none of the
// threads that answer everybody else.
class SqlPool : public PoolOfReaders<SqlReader> {
 public:
  // Any error of Store::NewSqlReader.
  static absl::StatusOr<std::unique_ptr<SqlPool>> Create(Store& store);

 private:
  using PoolOfReaders::PoolOfReaders;
};

}  // namespace etalon

#endif  // ETALON_SERVER_READ_POOL_H_
