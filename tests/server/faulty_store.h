#ifndef ETALON_TESTS_SERVER_FAULTY_STORE_H_
#define ETALON_TESTS_SERVER_FAULTY_STORE_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "storage/store.h"

namespace etalon::testing {

// Runs the operations and undoes them: each gets `status`, an error.
inline std::vector<absl::Status> WriteAndUndo(
    Store& store, absl::Span<const Store::Operation> operations,
    const absl::Status& status) {
  std::vector<Store::Operation> undone;
  for (const Store::Operation& operation : operations) {
    undone.push_back([&operation, &status](Transaction& transaction) {
      operation(transaction).IgnoreError();
      return status;
    });
  }
  return store.Commit(undone);
}

// A store whose commits fail when a test says so, and which counts them.
// Threads: as the writer's; a test sets and reads while the writer rests.
class FaultyStore : public Store {
 public:
  explicit FaultyStore(std::unique_ptr<Store> store)
      : store_(std::move(store)) {}

  uint64_t database_generation() const override {
    return store_->database_generation();
  }

  // Where commits are to fail, the operations run and are undone; where it is
  // locked, none runs.
  std::vector<absl::Status> Commit(
      absl::Span<const Operation> operations) override {
    batches_.push_back(operations.size());
    if (locked_) {
      return std::vector<absl::Status>(operations.size(),
                                       absl::UnavailableError("locked"));
    }
    return fault_.ok() ? store_->Commit(operations)
                       : WriteAndUndo(*store_, operations, fault_);
  }

  absl::Status Sync() override {
    ++syncs_;
    if (before_sync_) before_sync_();
    return sync_fault_.ok() ? store_->Sync() : sync_fault_;
  }

  absl::StatusOr<std::unique_ptr<Reader>> NewReader() override {
    return store_->NewReader();
  }
  absl::StatusOr<std::unique_ptr<SqlReader>> NewSqlReader() override {
    return store_->NewSqlReader();
  }

  // Until it is OK again.
  void FailCommits(absl::Status fault) { fault_ = std::move(fault); }
  void FailSyncs(absl::Status fault) { sync_fault_ = std::move(fault); }
  void BeforeSync(std::function<void()> wait) {
    before_sync_ = std::move(wait);
  }
  // As another process does that holds the database's lock.
  void SetLocked(bool locked) { locked_ = locked; }
  // Operations in each call of Commit.
  const std::vector<size_t>& batches() const { return batches_; }
  // Calls of Sync.
  int syncs() const { return syncs_; }

 private:
  const std::unique_ptr<Store> store_;
  absl::Status fault_;
  absl::Status sync_fault_;
  std::function<void()> before_sync_;
  bool locked_ = false;
  std::vector<size_t> batches_;
  std::atomic<int> syncs_ = 0;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SERVER_FAULTY_STORE_H_
