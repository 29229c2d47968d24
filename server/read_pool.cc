#include "server/read_pool.h"

#include <utility>

#include "common/limits.h"
#include "common/status_macros.h"

namespace etalon {

absl::StatusOr<std::unique_ptr<ReadPool>> ReadPool::Create(Store& store,
                                                           int threads) {
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < threads; ++i) {
    ETALON_ASSIGN_OR_RETURN(std::unique_ptr<Reader> reader, store.NewReader());
    readers.push_back(std::move(reader));
  }
  return std::unique_ptr<ReadPool>(new ReadPool(std::move(readers)));
}

ReadPool::ReadPool(std::vector<std::unique_ptr<Reader>> readers)
    : readers_(std::move(readers)) {
  for (const std::unique_ptr<Reader>& reader : readers_) {
    threads_.emplace_back([this, &reader] { Work(*reader); });
  }
}

ReadPool::~ReadPool() { Stop(); }

absl::Status ReadPool::Run(Task task) {
  MutexLock lock(mutex_);
  if (stopping_) {
    return absl::UnavailableError("the coordinator is shutting down");
  }
  if (queue_.size() >= kMaxQueuedReads) {
    return absl::UnavailableError("the coordinator is overloaded with reads");
  }
  queue_.push_back(std::move(task));
  changed_.NotifyOne();
  return absl::OkStatus();
}

size_t ReadPool::waiting() {
  MutexLock lock(mutex_);
  return queue_.size();
}

void ReadPool::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void ReadPool::Work(Reader& reader) {
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

}  // namespace etalon
