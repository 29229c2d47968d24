#include "server/writer.h"

#include <algorithm>
#include <utility>

#include "server/limits.h"

namespace etalon {

Writer::Writer(Store& store) : store_(store), thread_([this] { Run(); }) {}

Writer::~Writer() { Stop(); }

void Writer::Submit(Store::Operation operation, Answer answer) {
  absl::Status refusal;
  {
    MutexLock lock(mutex_);
    if (stopping_) {
      refusal = absl::UnavailableError("the coordinator is shutting down");
    } else if (queue_.size() >= kMaxQueuedOperations) {
      refusal = absl::UnavailableError("the coordinator is overloaded");
    } else {
      queue_.push_back({std::move(operation), std::move(answer)});
      changed_.NotifyOne();
      return;
    }
  }
  answer(refusal);
}

void Writer::Post(std::function<void()> task) {
  MutexLock lock(mutex_);
  if (stopping_) return;
  queue_.push_back(
      {nullptr, [task = std::move(task)](const absl::Status&) { task(); }});
  changed_.NotifyOne();
}

void Writer::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyOne();
  }
  if (thread_.joinable()) thread_.join();
}

void Writer::Run() {
  for (std::vector<Entry> batch = TakeBatch(); !batch.empty();
       batch = TakeBatch()) {
    Execute(std::move(batch));
  }
}

// Empty when the writer is to end.
std::vector<Writer::Entry> Writer::TakeBatch() {
  MutexLock lock(mutex_);
  while (queue_.empty() && !stopping_) changed_.Wait(mutex_);
  const size_t size = std::min(queue_.size(), kMaxBatch);
  std::vector<Entry> batch;
  batch.reserve(size);
  for (size_t i = 0; i < size; ++i) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void Writer::Execute(std::vector<Entry> batch) {
  std::vector<Store::Operation> operations;
  std::vector<Entry*> submitters;
  for (Entry& entry : batch) {
    if (!entry.operation) continue;
    operations.push_back(std::move(entry.operation));
    submitters.push_back(&entry);
  }
  std::vector<absl::Status> statuses;
  if (!operations.empty()) statuses = store_.Write(operations);
  size_t answered = 0;
  for (Entry& entry : batch) {
    const bool submitted =
        answered < submitters.size() && submitters[answered] == &entry;
    entry.answer(submitted ? statuses[answered++] : absl::OkStatus());
  }
}

}  // namespace etalon
