#include <gmock/gmock.h>

#include <memory>

#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/store_conformance.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {
namespace {

// A file in a folder of its own.
class SqliteHome : public StoreHome {
 public:
  absl::StatusOr<std::unique_ptr<Store>> Open() override {
    // Another generation each time: only the first may count.
    return SqliteStore::Open({.path = folder_.File("etalon.db"),
                              .new_generation = 0xfedcba9876543210 + opened_++,
                              .busy_timeout = absl::Milliseconds(10)});
  }

 private:
  TempDir folder_;
  uint64_t opened_ = 0;
};

const auto kKinds = ::testing::Values(
    StoreKind{"File", [] { return std::make_unique<SqliteHome>(); }});
INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance, kKinds, StoreKindName);
INSTANTIATE_TEST_SUITE_P(Sqlite, FilterConformance, kKinds, StoreKindName);
INSTANTIATE_TEST_SUITE_P(Sqlite, DeletionConformance, kKinds, StoreKindName);
INSTANTIATE_TEST_SUITE_P(Sqlite, StoppingConformance, kKinds, StoreKindName);
INSTANTIATE_TEST_SUITE_P(Sqlite, DecisionConformance, kKinds, StoreKindName);
INSTANTIATE_TEST_SUITE_P(Sqlite, ReuseConformance, kKinds, StoreKindName);

}  // namespace
}  // namespace etalon::testing
