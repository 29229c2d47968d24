#ifndef ETALON_SERVER_PARKED_LEASES_H_
#define ETALON_SERVER_PARKED_LEASES_H_

#include <atomic>
#include <list>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "etalon/v1/worker_service.pb.h"
#include "server/callback.h"
#include "storage/transaction.h"

namespace etalon {

// One LeaseTrials from its arrival to its answer. All but `cancelled` is fixed
// at its arrival.
struct LeaseCall {
  v1::LeaseTrialsRequest request;
  WorkerId worker = 0;
  // Of Clock::Monotonic: when it is answered empty.
  absl::Duration deadline;
  Done<v1::LeaseTrialsResponse> done;
  // The caller is gone. Set by whichever thread learns it, so that a request
  // under way in a batch already sees it and takes no trials.
  std::atomic<bool> cancelled = false;
};
// Shared by the caller, who may cancel it, and the coordinator, who answers it:
// neither knows which will be the last to let go.
using LeaseCallPtr = std::shared_ptr<LeaseCall>;

// Calls that wait for trials, without a thread. In order of arrival.
//
// Threads: belongs to one.
class ParkedLeases {
 public:
  void Park(LeaseCallPtr call) { calls_.push_back(std::move(call)); }
  // Whether it was here.
  bool Remove(const LeaseCallPtr& call);

  // Each of these takes what it returns out.
  std::vector<LeaseCallPtr> TakeAll();
  std::vector<LeaseCallPtr> TakeDue(absl::Duration now);
  std::vector<LeaseCallPtr> TakeOf(WorkerId worker);

  size_t size() const { return calls_.size(); }
  const std::list<LeaseCallPtr>& calls() const { return calls_; }

 private:
  template <typename Predicate>
  std::vector<LeaseCallPtr> TakeIf(Predicate predicate);

  std::list<LeaseCallPtr> calls_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_PARKED_LEASES_H_
