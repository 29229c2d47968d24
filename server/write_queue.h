#ifndef ETALON_SERVER_WRITE_QUEUE_H_
#define ETALON_SERVER_WRITE_QUEUE_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/limits.h"
#include "common/mutex.h"
#include "storage/store.h"

namespace etalon {

// What waits to be written to the store: operations, run batch by batch, each
// batch in one transaction, and answered after the commit in the order they
// came. What is to be told of them waits until the commit is on the disk. A
// Writer brings the threads for both; without one batches are run by hand, step
// by step, which is how the simulation runs a coordinator.
//
// Promises: an operation is answered at most once, and OK only after its
// commit. Operations, answers and tasks run on the thread that calls RunBatch,
// so what only they touch needs no lock.
//
// Threads: Submit, Post and Close from any; none blocks on the disk. RunBatch
// from one at a time, and WhenDurable from what it runs. `store` is borrowed.
class WriteQueue {
 public:
  using Answer = std::function<void(const absl::Status&)>;
  // Of OK, or of the error with which the disk has lost what was committed.
  using Tell = std::function<void(const absl::Status&)>;

  explicit WriteQueue(Store& store) : store_(store) {}
  WriteQueue(const WriteQueue&) = delete;
  WriteQueue& operator=(const WriteQueue&) = delete;
  virtual ~WriteQueue() = default;

  // `answer` must not block. It gets what Store::Commit says of the operation.
  // UNAVAILABLE when the queue has been closed or is full: `answer` is never
  // called.
  absl::Status Submit(Store::Operation operation, Answer answer);

  // Calls `tell`, which must not block, once all that is committed by now would
  // survive the loss of power; in the order of the calls. Only from an
  // operation's answer or a task.
  void WhenDurable(Tell tell) { untold_.push_back(std::move(tell)); }

  // Runs `task` in its turn, outside any transaction. Forgotten when the queue
  // has been closed.
  void Post(std::function<void()> task);

  // Runs up to `max_entries` of what waits, the operations among them in one
  // transaction. Returns how many: 0 where nothing waits. Blocks on the disk.
  size_t RunBatch(size_t max_entries = kMaxBatch);

  // Blocks until something waits. False when the queue was closed and nothing
  // does.
  bool Await();

  // What waits.
  size_t size();

  // What comes from now on is refused; what waits can still be run.
  void Close();

 protected:
  // Makes durable what is committed and calls each of `tells`: here at once.
  virtual void Publish(std::vector<Tell> tells);

  Store& store() { return store_; }

 private:
  struct Entry {
    Store::Operation operation;  // empty for a posted task
    Answer answer;
  };

  std::vector<Entry> TakeBatch(size_t max_entries);

  Store& store_;
  std::vector<Tell> untold_;  // of the batch that runs
  Mutex mutex_;
  CondVar changed_;
  std::deque<Entry> queue_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace etalon

#endif  // ETALON_SERVER_WRITE_QUEUE_H_
