#ifndef ETALON_SERVER_OBSERVED_STORE_H_
#define ETALON_SERVER_OBSERVED_STORE_H_

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "common/clock.h"
#include "storage/store.h"

namespace etalon {

// A store that tells of each transaction how many operations it had, how many
// of them failed, and how long it took, and of each sync how long.
//
// Threads: as Store; functions are called on the thread that has to wait.
class ObservedStore : public Store {
 public:
  using OnCommit =
      std::function<void(size_t operations, size_t failed, absl::Duration)>;
  using OnSync = std::function<void(absl::Duration)>;

  ObservedStore(std::unique_ptr<Store> store, const Clock& clock,
                OnCommit on_commit, OnSync on_sync)
      : store_(std::move(store)),
        clock_(clock),
        on_commit_(std::move(on_commit)),
        on_sync_(std::move(on_sync)) {}

  uint64_t database_generation() const override {
    return store_->database_generation();
  }

  std::vector<absl::Status> Commit(
      absl::Span<const Operation> operations) override {
    const absl::Duration start = clock_.Monotonic();
    std::vector<absl::Status> statuses = store_->Commit(operations);
    size_t failed = 0;
    for (const absl::Status& status : statuses) failed += status.ok() ? 0 : 1;
    on_commit_(operations.size(), failed, clock_.Monotonic() - start);
    return statuses;
  }

  absl::Status Sync() override {
    const absl::Duration start = clock_.Monotonic();
    absl::Status status = store_->Sync();
    on_sync_(clock_.Monotonic() - start);
    return status;
  }

  absl::StatusOr<std::unique_ptr<Reader>> NewReader() override {
    return store_->NewReader();
  }
  absl::StatusOr<std::unique_ptr<SqlReader>> NewSqlReader() override {
    return store_->NewSqlReader();
  }

 private:
  const std::unique_ptr<Store> store_;
  const Clock& clock_;
  const OnCommit on_commit_;
  const OnSync on_sync_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_OBSERVED_STORE_H_
