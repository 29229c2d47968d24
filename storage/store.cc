#include "storage/store.h"

namespace etalon {

std::vector<absl::Status> Store::Write(absl::Span<const Operation> operations) {
  std::vector<absl::Status> statuses = Commit(operations);
  const absl::Status synced = Sync();
  if (!synced.ok()) statuses.assign(statuses.size(), synced);
  return statuses;
}

}  // namespace etalon
