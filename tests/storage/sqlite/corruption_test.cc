#include <gmock/gmock.h>
#include <stdlib.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "common/random.h"
#include "storage/database_file.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/sqlite/populated.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// A database with a wrong byte anywhere is refused, or as whole as SQLite can
// tell; whatever is read of it gives rows or errors.

namespace etalon::testing {
namespace {

constexpr int kFlips = 250;

void ReadEverything(Store& store) {
  const auto reader = store.NewReader();
  if (!reader.ok()) return;
  for (const char* search : {"quickstart", "other"}) {
    (*reader)->GetSearch(search).IgnoreError();
    (*reader)->ListStageTrials(search, "").IgnoreError();
    (*reader)
        ->ListTrials({.search = search,
                      .order = {{TrialField::kValidationAccuracy, ""}, true}},
                     {})
        .IgnoreError();
  }
  for (int number = 1; number <= 12; ++number) {
    (*reader)->GetTrial("quickstart", number).IgnoreError();
    (*reader)->ReadModel("quickstart", number, 0).IgnoreError();
  }
  (*reader)->ListWorkers({}).IgnoreError();
}

absl::Status WriteSomething(Store& store) {
  return store.Write({[](Transaction& transaction) {
    auto worker = transaction.InsertWorker("late", "", {}, "late", absl::Now());
    if (!worker.ok()) return worker.status();
    return transaction.ListLeases().status();
  }})[0];
}

class CorruptionTest : public ::testing::TestWithParam<int> {};

TEST_P(CorruptionTest, WrongByteIsRefusedOrDoesNoHarm) {
  // Hundreds of databases, which no disk needs to sync.
  if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 1);
  const TempDir folder;
  const std::string path = folder.File("etalon.db");
  {
    auto store = SqliteStore::Open({.path = path, .new_generation = 7});
    ETALON_ASSERT_OK(store);
    Populate(**store);
  }
  const std::string sound = ReadFile(path);
  RandomStream random(GetParam());
  int refused = 0;
  for (int i = 0; i < kFlips; ++i) {
    std::string bytes = sound;
    const size_t position =
        random.NextBelow(static_cast<uint32_t>(bytes.size()));
    bytes[position] = static_cast<char>(
        bytes[position] ^ static_cast<char>(1 + random.NextBelow(255)));
    WriteFile(path, bytes);
    auto store = SqliteStore::Open(
        {.path = path, .new_generation = 7, .ballast_bytes = 0});
    if (!store.ok()) {
      ++refused;
      EXPECT_THAT(store.status().code(),
                  ::testing::AnyOf(absl::StatusCode::kDataLoss,
                                   absl::StatusCode::kFailedPrecondition))
          << "byte " << position << ": " << store.status();
      continue;
    }
    EXPECT_EQ(RawDatabase(path).QueryValue("PRAGMA integrity_check"), "ok")
        << "byte " << position;
    ReadEverything(**store);
    WriteSomething(**store).IgnoreError();
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, kFlips);
}

INSTANTIATE_TEST_SUITE_P(Seeds, CorruptionTest, ::testing::Range(0, 4));

}  // namespace
}  // namespace etalon::testing
