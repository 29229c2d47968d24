#include "tests/simulation/network.h"

namespace etalon::testing {

Network::~Network() {
  // What holds itself until it is answered.
  open_.splice(open_.end(), cut_);
  for (const std::weak_ptr<OpenCall>& open : open_) {
    if (const auto call = open.lock()) call->fail = nullptr;
  }
}

void Network::Fail(OpenCall& call, const absl::Status& status) {
  // Taken out: it empties the place where it stands.
  if (const auto fail = std::exchange(call.fail, nullptr)) fail(status);
}

absl::Duration Network::Delay() {
  return world_.Strikes(world_.faults.delayed_messages)
             ? world_.Between(absl::ZeroDuration(), absl::Seconds(40))
             : world_.Between(absl::Microseconds(100), absl::Milliseconds(5));
}

void Network::CutConnections() {
  for (const std::weak_ptr<OpenCall>& open : std::exchange(open_, {})) {
    const std::shared_ptr<OpenCall> call = open.lock();
    if (call == nullptr) continue;
    cut_.push_back(open);
    call->lease.reset();  // of a coordinator that is no more
    if (call->answered || world_.random.NextBelow(2) == 0) continue;
    world_.timeline.After(
        Delay(), [call] { Fail(*call, absl::UnavailableError("reset")); });
  }
}

}  // namespace etalon::testing
