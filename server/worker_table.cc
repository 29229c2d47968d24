#include "server/worker_table.h"

#include <algorithm>

#include "google/protobuf/util/time_util.h"

namespace etalon {

bool CanUse(const v1::Capabilities& capabilities, const v1::Dataset& dataset) {
  if (!capabilities.unwell().empty()) return false;
  return std::none_of(
      capabilities.datasets().begin(), capabilities.datasets().end(),
      [&](const v1::DatasetStatus& status) {
        return !status.usable() && status.name() == dataset.name() &&
               status.path() == dataset.path();
      });
}

void WorkerTable::Put(WorkerId worker, const v1::Capabilities& capabilities) {
  const absl::Duration now = clock_.Monotonic();
  MutexLock lock(mutex_);
  workers_[worker] = {capabilities, clock_.Now(), now, now};
}

void WorkerTable::Remove(WorkerId worker) {
  MutexLock lock(mutex_);
  workers_.erase(worker);
}

std::optional<v1::Capabilities> WorkerTable::FindCapabilities(
    WorkerId worker) const {
  MutexLock lock(mutex_);
  const auto it = workers_.find(worker);
  if (it == workers_.end()) return std::nullopt;
  return it->second.capabilities;
}

bool WorkerTable::HasRoom(int limit) {
  const absl::Duration now = clock_.Monotonic();
  MutexLock lock(mutex_);
  if (workers_.size() < static_cast<size_t>(limit)) return true;
  absl::erase_if(workers_, [&](const auto& worker) {
    return now - worker.second.seen > lease_duration_;
  });
  return workers_.size() < static_cast<size_t>(limit);
}

int64_t WorkerTable::CountAlive() const {
  const absl::Duration now = clock_.Monotonic();
  MutexLock lock(mutex_);
  return std::count_if(workers_.begin(), workers_.end(),
                       [&](const auto& worker) {
                         return now - worker.second.seen <= lease_duration_;
                       });
}

void WorkerTable::Hear(WorkerId worker) {
  MutexLock lock(mutex_);
  const auto it = workers_.find(worker);
  if (it == workers_.end()) return;
  it->second.seen_time = clock_.Now();
  it->second.seen = clock_.Monotonic();
}

bool WorkerTable::NeedsFlush(WorkerId worker) const {
  MutexLock lock(mutex_);
  const auto it = workers_.find(worker);
  return it != workers_.end() &&
         clock_.Monotonic() - it->second.flushed >= lease_duration_;
}

void WorkerTable::MarkFlushed(WorkerId worker) {
  MutexLock lock(mutex_);
  const auto it = workers_.find(worker);
  if (it != workers_.end()) it->second.flushed = clock_.Monotonic();
}

int64_t WorkerTable::CountIdleThreads(const v1::Dataset& dataset,
                                      const LeaseBatches& at_work) const {
  const absl::Duration now = clock_.Monotonic();
  int64_t idle = 0;
  MutexLock lock(mutex_);
  for (const auto& [worker, entry] : workers_) {
    if (now - entry.seen > lease_duration_ ||
        !CanUse(entry.capabilities, dataset)) {
      continue;
    }
    // One that does not say how many has at least one.
    const int threads = std::max(entry.capabilities.threads(), 1);
    idle += std::max(threads - at_work.CountOf(worker), 0);
  }
  return idle;
}

void WorkerTable::Overlay(WorkerId worker, v1::Worker& record) const {
  if (record.state() != v1::Worker::ALIVE) return;
  absl::Duration seen = start_;
  {
    MutexLock lock(mutex_);
    const auto it = workers_.find(worker);
    if (it != workers_.end()) {
      seen = it->second.seen;
      *record.mutable_last_seen_time() =
          google::protobuf::util::TimeUtil::NanosecondsToTimestamp(
              absl::ToUnixNanos(it->second.seen_time));
    }
  }
  if (clock_.Monotonic() - seen > lease_duration_) {
    record.set_state(v1::Worker::SILENT);
  }
}

}  // namespace etalon
