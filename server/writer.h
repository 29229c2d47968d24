#ifndef ETALON_SERVER_WRITER_H_
#define ETALON_SERVER_WRITER_H_

#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/mutex.h"
#include "server/write_queue.h"
#include "storage/store.h"

namespace etalon {

// A queue with two threads. The writer's takes all that waits, runs it in one
// transaction and answers it. The teller's syncs what was committed since the
// last time and tells of it, while the writer's runs the next transaction: so
// neither the disk nor the network holds up the one thread that writes.
//
// Promises: until it is stopped, every operation is answered, and all that
// waits to be told is told.
//
// Threads: Submit and Post from any. `store` is borrowed.
class Writer final : public WriteQueue {
 public:
  explicit Writer(Store& store);
  ~Writer() override;

  // Does what waits and ends the threads. Not from one of them.
  void Stop();

 protected:
  // Blocks where the disk is too far behind.
  void Publish(std::vector<Tell> tells) override;

 private:
  void Write();
  void TellAll();

  Mutex mutex_;
  CondVar changed_;
  // Of committed batches that are not told yet, in order.
  std::deque<std::vector<Tell>> batches_ ABSL_GUARDED_BY(mutex_);
  bool last_batch_ran_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread writer_;
  std::thread teller_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_WRITER_H_
