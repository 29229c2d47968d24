#ifndef ETALON_SERVER_PROPOSER_H_
#define ETALON_SERVER_PROPOSER_H_

#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "common/mutex.h"
#include "server/stage_proposals.h"
#include "storage/store.h"

namespace etalon {

// Finds what adaptive stages can train next on a thread of its own, since
// models take longer than the writer may wait.
//
// Threads: Look from any; it does not block. The store must outlive it.
class Proposer {
 public:
  // Called on the thread of the proposer; must not block. What was found may be
  // empty.
  using Adopt = std::function<void(const StageKey&,
                                   absl::StatusOr<std::vector<Configuration>>)>;

  // Any error of Store::NewReader.
  static absl::StatusOr<std::unique_ptr<Proposer>> Create(Store& store,
                                                          Adopt adopt);
  ~Proposer();
  Proposer(const Proposer&) = delete;
  Proposer& operator=(const Proposer&) = delete;

  // Something has changed in this stage: looks at it, after what was asked for
  // before. A stage that waits to be looked at is looked at once.
  void Look(const StageKey& stage);

  // Forgets what waits and ends the thread. Not from it.
  void Stop();

 private:
  Proposer(std::unique_ptr<Reader> reader, Adopt adopt);
  void Work();

  const std::unique_ptr<Reader> reader_;
  const Adopt adopt_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<StageKey> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_PROPOSER_H_
