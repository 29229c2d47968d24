#ifndef ETALON_TESTS_SERVER_FAULTY_STORE_H_
#define ETALON_TESTS_SERVER_FAULTY_STORE_H_

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "storage/store.h"

namespace etalon::testing {

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
  std::vector<absl::Status> Write(
      absl::Span<const Operation> operations) override {
    batches_.push_back(operations.size());
    if (locked_) {
      return std::vector<absl::Status>(operations.size(),
                                       absl::UnavailableError("locked"));
    }
    if (fault_.ok()) return store_->Write(operations);
    std::vector<Operation> undone;
    for (const Operation& operation : operations) {
      undone.push_back([this, &operation](Transaction& transaction) {
        operation(transaction).IgnoreError();
        return fault_;
      });
    }
    return store_->Write(undone);
  }

  absl::StatusOr<std::unique_ptr<Reader>> NewReader() override {
    return store_->NewReader();
  }

  // Until it is OK again.
  void FailCommits(absl::Status fault) { fault_ = std::move(fault); }
  // As another process does that holds the database's lock.
  void SetLocked(bool locked) { locked_ = locked; }
  // Operations in each call of Write.
  const std::vector<size_t>& batches() const { return batches_; }

 private:
  const std::unique_ptr<Store> store_;
  absl::Status fault_;
  bool locked_ = false;
  std::vector<size_t> batches_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SERVER_FAULTY_STORE_H_
