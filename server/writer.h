#ifndef ETALON_SERVER_WRITER_H_
#define ETALON_SERVER_WRITER_H_

#include <thread>

#include "server/write_queue.h"
#include "storage/store.h"

namespace etalon {

// A queue with the one thread that writes to the store: it takes all that
// waits, runs it in one transaction, and answers after the commit. While a
// commit is on its way to the disk the next batch gathers.
//
// Promises: until it is stopped, every operation is answered.
//
// Threads: Submit and Post from any. `store` is borrowed.
class Writer : public WriteQueue {
 public:
  explicit Writer(Store& store);
  ~Writer();

  // Does what waits and ends the thread. Not from the writer's own thread.
  void Stop();

 private:
  std::thread thread_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_WRITER_H_
