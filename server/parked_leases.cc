#include "server/parked_leases.h"

namespace etalon {

template <typename Predicate>
std::vector<LeaseCallPtr> ParkedLeases::TakeIf(Predicate predicate) {
  std::vector<LeaseCallPtr> taken;
  for (auto it = calls_.begin(); it != calls_.end();) {
    if (predicate(**it)) {
      taken.push_back(std::move(*it));
      it = calls_.erase(it);
    } else {
      ++it;
    }
  }
  return taken;
}

bool ParkedLeases::Remove(const LeaseCallPtr& call) {
  return calls_.remove(call) > 0;
}

std::vector<LeaseCallPtr> ParkedLeases::TakeAll() {
  return TakeIf([](const LeaseCall&) { return true; });
}

std::vector<LeaseCallPtr> ParkedLeases::TakeDue(absl::Duration now) {
  return TakeIf([now](const LeaseCall& call) { return call.deadline <= now; });
}

std::vector<LeaseCallPtr> ParkedLeases::TakeOf(WorkerId worker) {
  return TakeIf(
      [worker](const LeaseCall& call) { return call.worker == worker; });
}

}  // namespace etalon
