#include "tests/simulation/simulated_store.h"

namespace etalon::testing {

std::vector<absl::Status> SimulatedStore::Write(
    absl::Span<const Operation> operations) {
  if (world_.Strikes(world_.faults.locked_commits)) {
    world_.Tell("store: locked");
    return std::vector<absl::Status>(operations.size(),
                                     absl::UnavailableError("locked"));
  }
  if (world_.Strikes(world_.faults.failed_commits)) {
    world_.Tell("store: disk full");
    return Undo(operations, absl::ResourceExhaustedError("disk full"));
  }
  if (world_.Strikes(world_.faults.deaths_at_commit)) {
    world_.Tell("store: death before the commit");
    die_();
    return Undo(operations, absl::UnavailableError("dead"));
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
      store_->Write(slow.empty() ? operations : slow);
  statuses.resize(operations.size());
  committed_();
  if (world_.Strikes(world_.faults.deaths_at_commit)) {
    world_.Tell("store: death after the commit");
    die_();
  }
  return statuses;
}

std::vector<absl::Status> SimulatedStore::Undo(
    absl::Span<const Operation> operations, const absl::Status& status) {
  std::vector<Operation> undone;
  for (const Operation& operation : operations) {
    undone.push_back([&operation, &status](Transaction& transaction) {
      operation(transaction).IgnoreError();
      return status;
    });
  }
  return store_->Write(undone);
}

}  // namespace etalon::testing
