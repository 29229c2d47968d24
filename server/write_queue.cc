#include "server/write_queue.h"

#include <algorithm>
#include <utility>

namespace etalon {

absl::Status WriteQueue::Submit(Store::Operation operation, Answer answer) {
  MutexLock lock(mutex_);
  if (closed_) {
    return absl::UnavailableError("the coordinator is shutting down");
  }
  if (queue_.size() >= kMaxQueuedOperations) {
    return absl::UnavailableError("the coordinator is overloaded");
  }
  queue_.push_back({std::move(operation), std::move(answer)});
  changed_.NotifyOne();
  return absl::OkStatus();
}

void WriteQueue::Post(std::function<void()> task) {
  MutexLock lock(mutex_);
  if (closed_) return;
  queue_.push_back(
      {nullptr, [task = std::move(task)](const absl::Status&) { task(); }});
  changed_.NotifyOne();
}

bool WriteQueue::Await() {
  MutexLock lock(mutex_);
  while (queue_.empty() && !closed_) changed_.Wait(mutex_);
  return !queue_.empty();
}

size_t WriteQueue::size() {
  MutexLock lock(mutex_);
  return queue_.size();
}

void WriteQueue::Close() {
  MutexLock lock(mutex_);
  closed_ = true;
  changed_.NotifyAll();
}

std::vector<WriteQueue::Entry> WriteQueue::TakeBatch(size_t max_entries) {
  MutexLock lock(mutex_);
  const size_t size = std::min(queue_.size(), max_entries);
  std::vector<Entry> batch;
  batch.reserve(size);
  for (size_t i = 0; i < size; ++i) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

size_t WriteQueue::RunBatch(size_t max_entries) {
  std::vector<Entry> batch = TakeBatch(max_entries);
  std::vector<Store::Operation> operations;
  std::vector<Entry*> submitters;
  for (Entry& entry : batch) {
    if (!entry.operation) continue;
    operations.push_back(std::move(entry.operation));
    submitters.push_back(&entry);
  }
  std::vector<absl::Status> statuses;
  if (!operations.empty()) statuses = store_.Commit(operations);
  size_t answered = 0;
  for (Entry& entry : batch) {
    const bool submitted =
        answered < submitters.size() && submitters[answered] == &entry;
    entry.answer(submitted ? statuses[answered++] : absl::OkStatus());
  }
  if (!untold_.empty()) Publish(std::exchange(untold_, {}));
  return batch.size();
}

void WriteQueue::Publish(std::vector<Tell> tells) {
  const absl::Status synced = store_.Sync();
  for (const Tell& tell : tells) tell(synced);
}

}  // namespace etalon
