#include "server/worker_table.h"

#include "google/protobuf/util/time_util.h"

namespace etalon {

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
