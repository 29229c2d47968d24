// What a store has acknowledged survives the loss of power (R3).

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/random.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/faults/power_loss_disk.h"
#include "tests/storage/samples.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {
namespace {

using ::testing::UnorderedElementsAreArray;

// More than SQLite writes to the log before it checkpoints of itself.
constexpr int kMaxTransactions = 400;

std::unique_ptr<SqliteStore> OpenStore(const std::string& path) {
  auto store = SqliteStore::Open({.path = path, .new_generation = 7});
  GTEST_CHECK_(store.ok()) << store.status();
  return *std::move(store);
}

Store::Operation Insert(const std::string& name) {
  return [name](Transaction& transaction) {
    return transaction
        .InsertSearch(SampleSpec(name), v1::Search::RUNNING, SampleStages(),
                      "request-" + name, absl::UnixEpoch())
        .status();
  };
}

// ETALON_POWER_LOSS_SEEDS, for long runs, or what takes some seconds.
uint64_t Seeds() {
  uint64_t seeds = 25;
  const char* const setting = std::getenv("ETALON_POWER_LOSS_SEEDS");
  if (setting != nullptr) {
    GTEST_CHECK_(absl::SimpleAtoi(setting, &seeds)) << setting;
  }
  return seeds;
}

// What a store was asked for before the power went, by name of the search.
struct Writes {
  std::vector<std::string> acknowledged;
  std::vector<std::string> unknown;  // of the one transaction that failed
};

// Transactions of one to three searches, until one fails.
Writes WriteUntilItFails(const std::string& path, PowerLossDisk& disk,
                         RandomStream& random) {
  using Count = PowerLossDisk::Count;
  // What is counted until the power goes, and how far at most.
  constexpr std::pair<Count, uint32_t> kCuts[] = {
      {Count::kEveryOperation, 2500},
      {Count::kDatabaseFile, 120},
      {Count::kSyncs, 100}};
  const auto [count, longest] = kCuts[random.NextBelow(3)];
  const std::unique_ptr<SqliteStore> store = OpenStore(path);
  disk.CutAt(static_cast<int>(1 + random.NextBelow(longest)), count);
  Writes writes;
  for (int i = 0; i < kMaxTransactions; ++i) {
    std::vector<std::string> names;
    std::vector<Store::Operation> operations;
    for (uint32_t j = 0; j <= random.NextBelow(3); ++j) {
      names.push_back(absl::StrCat("s-", i, "-", j));
      operations.push_back(Insert(names.back()));
    }
    const std::vector<absl::Status> statuses = store->Write(operations);
    if (!statuses.front().ok()) {
      writes.unknown = std::move(names);
      break;
    }
    writes.acknowledged.insert(writes.acknowledged.end(), names.begin(),
                               names.end());
  }
  disk.CutNow();
  return writes;
}

TEST(PowerLoss, KeepsWhatWasAcknowledged) {
  // The database of every run, made once.
  const TempDir origin;
  OpenStore(origin.File("etalon.db"));
  const uint64_t seeds = Seeds();
  size_t acknowledged = 0;
  size_t cut_short = 0;
  size_t kept = 0;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    RandomStream random(seed);
    const TempDir before;
    const TempDir after;
    std::filesystem::copy_file(origin.File("etalon.db"),
                               before.File("etalon.db"));
    Writes writes;
    {
      PowerLossDisk disk(seed);
      writes = WriteUntilItFails(before.File("etalon.db"), disk, random);
      disk.SaveSurvivors(after.path());
    }
    const std::string path = after.File("etalon.db");
    OpenStore(path);
    RawDatabase database(path);
    EXPECT_EQ(database.QueryValue("PRAGMA integrity_check"), "ok");
    std::vector<std::string> found;
    for (std::vector<std::string>& row :
         database.Query("SELECT name FROM searches")) {
      found.push_back(std::move(row.front()));
    }
    // Of the transaction that failed all is there, or nothing.
    std::vector<std::string> expected = writes.acknowledged;
    if (found.size() > expected.size()) {
      expected.insert(expected.end(), writes.unknown.begin(),
                      writes.unknown.end());
      ++kept;
    }
    ASSERT_THAT(found, UnorderedElementsAreArray(expected));
    acknowledged += writes.acknowledged.size();
    cut_short += writes.unknown.empty() ? 0 : 1;
  }
  EXPECT_GT(acknowledged, seeds);
  EXPECT_GT(cut_short, seeds / 2);
  std::cout << "power_losses=" << seeds << " acknowledged=" << acknowledged
            << " lost=0 cut_transactions=" << cut_short
            << " of_them_kept_whole=" << kept << std::endl;
}

// The disk is as bad as it says: it loses what was not synced.
TEST(PowerLoss, LosesWhatWasNotSynced) {
  int lost = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const TempDir before;
    const TempDir after;
    constexpr int kRows = 10;
    {
      PowerLossDisk disk(seed);
      sqlite3* handle = nullptr;
      ASSERT_EQ(sqlite3_open(before.File("t.db").c_str(), &handle), SQLITE_OK);
      ASSERT_EQ(sqlite3_exec(handle,
                             "PRAGMA journal_mode = WAL;"
                             "CREATE TABLE t (x);"
                             "PRAGMA wal_checkpoint(TRUNCATE);"
                             "PRAGMA synchronous = NORMAL",
                             nullptr, nullptr, nullptr),
                SQLITE_OK);
      for (int i = 0; i < kRows; ++i) {
        ASSERT_EQ(sqlite3_exec(handle, "INSERT INTO t VALUES (1)", nullptr,
                               nullptr, nullptr),
                  SQLITE_OK);
      }
      disk.CutNow();
      sqlite3_close(handle);
      disk.SaveSurvivors(after.path());
    }
    RawDatabase database(after.File("t.db"));
    const std::string rows = database.QueryValue("SELECT count(*) FROM t");
    if (rows != absl::StrCat(kRows)) ++lost;
  }
  EXPECT_GT(lost, 10);
}

}  // namespace
}  // namespace etalon::testing
