#ifndef ETALON_SERVER_WRITER_H_
#define ETALON_SERVER_WRITER_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/mutex.h"
#include "storage/store.h"

namespace etalon {

// The one thread that writes to the store: takes all operations that wait, runs
// them in one transaction, and answers each after the commit, in the order they
// came. While a commit is on its way to the disk the next batch gathers.
//
// Promises: an operation is answered exactly once, and OK only after its
// commit. Operations and answers run on the writer's thread, so what only they
// touch needs no lock.
//
// Threads: Submit and Post from any; neither blocks on the disk. `store` is
// borrowed.
class Writer {
 public:
  using Answer = std::function<void(const absl::Status&)>;

  explicit Writer(Store& store);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // `answer` must not block. It gets what Store::Write says of the operation,
  // or, at once and on the calling thread, UNAVAILABLE when the writer has been
  // stopped or too much waits.
  void Submit(Store::Operation operation, Answer answer);

  // Runs `task` on the writer's thread in its turn, outside any transaction.
  // Forgotten when the writer has been stopped.
  void Post(std::function<void()> task);

  // Does what waits and ends the thread. Not from the writer's own thread.
  void Stop();

 private:
  struct Entry {
    Store::Operation operation;  // empty for a posted task
    Answer answer;
  };

  void Run();
  std::vector<Entry> TakeBatch();
  void Execute(std::vector<Entry> batch);

  Store& store_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Entry> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_WRITER_H_
