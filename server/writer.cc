#include "server/writer.h"

#include <pthread.h>

#include <utility>

namespace etalon {
namespace {

// Committed but not on the disk: as many as gather while a slow disk syncs,
// and no more, so that a disk that hangs is noticed as a queue that is full.
constexpr size_t kMaxUntoldBatches = 64;

}  // namespace

Writer::Writer(Store& store)
    : WriteQueue(store),
      writer_([this] { Write(); }),
      teller_([this] { TellAll(); }) {}

Writer::~Writer() { Stop(); }

void Writer::Stop() {
  Close();
  if (writer_.joinable()) writer_.join();
  if (teller_.joinable()) teller_.join();
}

void Writer::Write() {
  pthread_setname_np(pthread_self(), "etalon-writer");
  while (Await()) RunBatch();
  MutexLock lock(mutex_);
  last_batch_ran_ = true;
  changed_.NotifyAll();
}

void Writer::Publish(std::vector<Tell> tells) {
  MutexLock lock(mutex_);
  while (batches_.size() >= kMaxUntoldBatches) changed_.Wait(mutex_);
  batches_.push_back(std::move(tells));
  changed_.NotifyAll();
}

void Writer::TellAll() {
  pthread_setname_np(pthread_self(), "etalon-teller");
  while (true) {
    std::deque<std::vector<Tell>> batches;
    {
      MutexLock lock(mutex_);
      while (batches_.empty() && !last_batch_ran_) changed_.Wait(mutex_);
      if (batches_.empty()) return;
      batches.swap(batches_);
      changed_.NotifyAll();
    }
    const absl::Status synced = store().Sync();
    for (const std::vector<Tell>& tells : batches) {
      for (const Tell& tell : tells) tell(synced);
    }
  }
}

}  // namespace etalon
