#include "server/proposer.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "common/status_macros.h"

namespace etalon {

absl::StatusOr<std::unique_ptr<Proposer>> Proposer::Create(Store& store,
                                                           Adopt adopt) {
  ETALON_ASSIGN_OR_RETURN(std::unique_ptr<Reader> reader, store.NewReader());
  return std::unique_ptr<Proposer>(
      new Proposer(std::move(reader), std::move(adopt)));
}

Proposer::Proposer(std::unique_ptr<Reader> reader, Adopt adopt)
    : reader_(std::move(reader)), adopt_(std::move(adopt)), thread_([this] {
        pthread_setname_np(pthread_self(), "etalon-proposer");
        Work();
      }) {}

Proposer::~Proposer() { Stop(); }

void Proposer::Look(const StageKey& stage) {
  MutexLock lock(mutex_);
  const bool waits =
      std::any_of(waiting_.begin(), waiting_.end(),
                  [&](const StageKey& key) { return key.id == stage.id; });
  if (waits || stopping_) return;
  waiting_.push_back(stage);
  changed_.NotifyOne();
}

void Proposer::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void Proposer::Work() {
  while (true) {
    StageKey stage;
    {
      MutexLock lock(mutex_);
      while (waiting_.empty() && !stopping_) changed_.Wait(mutex_);
      if (stopping_) return;
      stage = std::move(waiting_.front());
      waiting_.pop_front();
    }
    adopt_(stage, ProposeConfigurations(*reader_, stage));
  }
}

}  // namespace etalon
