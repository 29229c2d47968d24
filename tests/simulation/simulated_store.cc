#include "tests/simulation/simulated_store.h"

#include "tests/server/faulty_store.h"

namespace etalon::testing {

std::vector<absl::Status> SimulatedStore::Commit(
    absl::Span<const Operation> operations) {
  if (world_.Strikes(world_.faults.locked_commits)) {
    world_.Tell("store: locked");
    return std::vector<absl::Status>(operations.size(),
                                     absl::UnavailableError("locked"));
  }
  if (world_.Strikes(world_.faults.failed_commits)) {
    world_.Tell("store: disk full");
    return WriteAndUndo(*store_, operations,
                        absl::ResourceExhaustedError("disk full"));
  }
  if (world_.Strikes(world_.faults.deaths_at_commit)) {
    world_.Tell("store: death before the commit");
    die_();
    return WriteAndUndo(*store_, operations, absl::UnavailableError("dead"));
  }
  // Time passes once the operations have run, before their commit.
  std::vector<Operation> slow;
  if (world_.Strikes(world_.faults.slow_commits)) {
    const absl::Duration held =
        world_.Between(absl::ZeroDuration(), absl::Seconds(40));
    world_.Tell("store: slow, ", absl::FormatDuration(held));
    slow.assign(operations.begin(), operations.end());
    slow.push_back([this, held](Transaction&) {
      world_.timeline.Pass(held);
      return absl::OkStatus();
    });
  }
  std::vector<absl::Status> statuses =
      store_->Commit(slow.empty() ? operations : slow);
  statuses.resize(operations.size());
  committed_();
  if (world_.Strikes(world_.faults.deaths_at_commit)) {
    world_.Tell("store: death after the commit");
    die_();
  }
  return statuses;
}

}  // namespace etalon::testing
