#ifndef ETALON_TESTS_SIMULATION_SIMULATED_STORE_H_
#define ETALON_TESTS_SIMULATION_SIMULATED_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "storage/store.h"
#include "tests/simulation/world.h"

namespace etalon::testing {

// The real store behind a disk that is slow, full or locked, and in a process
// that dies at a commit, as the world's plan has it.
class SimulatedStore : public Store {
 public:
  // `committed` is called when the store's content may have changed, `die` when
  // the process is to die in the middle of a Commit.
  SimulatedStore(World& world, std::unique_ptr<Store> store,
                 std::function<void()> committed, std::function<void()> die)
      : world_(world),
        store_(std::move(store)),
        committed_(std::move(committed)),
        die_(std::move(die)) {}

  uint64_t database_generation() const override {
    return store_->database_generation();
  }
  std::vector<absl::Status> Commit(
      absl::Span<const Operation> operations) override;
  absl::Status Sync() override { return store_->Sync(); }
  absl::StatusOr<std::unique_ptr<Reader>> NewReader() override {
    return store_->NewReader();
  }
  absl::StatusOr<std::unique_ptr<SqlReader>> NewSqlReader() override {
    return store_->NewSqlReader();
  }

 private:
  World& world_;
  const std::unique_ptr<Store> store_;
  const std::function<void()> committed_;
  const std::function<void()> die_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_SIMULATED_STORE_H_
