#include <gmock/gmock.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "storage/database_file.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/samples.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/small_disk.h"
#include "tests/support/status_matchers.h"

// A store on a disk that is really full, or really read-only.

namespace etalon::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kDiskBytes = int64_t{6} << 20;
constexpr int64_t kBallastBytes = int64_t{1} << 20;

class DiskFullTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto disk = SmallDisk::Mount(kDiskBytes);
    if (!disk.ok()) GTEST_SKIP() << disk.status().message();
    disk_ = *std::move(disk);
    path_ = disk_->File("etalon.db");
  }

  absl::StatusOr<std::unique_ptr<SqliteStore>> Open() {
    return SqliteStore::Open({.path = path_,
                              .new_generation = 7,
                              .busy_timeout = absl::Milliseconds(10),
                              .ballast_bytes = kBallastBytes});
  }

  static absl::Status Insert(SqliteStore& store, int number) {
    return store.Write({[number](Transaction& transaction) {
      return transaction
          .InsertSearch(SampleSpec(absl::StrCat("search-", number)),
                        v1::Search::RUNNING, SampleStages(),
                        absl::StrCat("request-", number), absl::UnixEpoch())
          .status();
    }})[0];
  }

  // Until the first that fails, whose status it returns.
  absl::Status InsertUntilFull(SqliteStore& store) {
    absl::Status status;
    while (status.ok() && acknowledged_ < 100'000) {
      status = Insert(store, acknowledged_);
      if (status.ok()) ++acknowledged_;
    }
    return status;
  }

  int64_t CountSearches() const {
    return std::stoll(
        RawDatabase(path_).QueryValue("SELECT count(*) FROM searches"));
  }

  std::unique_ptr<SmallDisk> disk_;
  std::string path_;
  int acknowledged_ = 0;
};

TEST_F(DiskFullTest, WritesAreRefusedReadsGoOnAndItHealsByItself) {
  ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SqliteStore> store, Open());
  ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Reader> reader,
                              store->NewReader());
  EXPECT_TRUE(disk_->Has("etalon.db.ballast"));
  // Others fill the disk.
  const int64_t filled = disk_->Fill("others", kDiskBytes);
  ASSERT_GT(filled, 0);
  EXPECT_THAT(InsertUntilFull(*store),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       AllOf(HasSubstr(path_), HasSubstr("no space"))));
  EXPECT_FALSE(disk_->Has("etalon.db.ballast"));

  // Nothing more is taken, so that what the ballast freed stays for this.
  for (int i = 0; i < 3; ++i) {
    disk_->Fill("more", kDiskBytes);
    EXPECT_THAT(Insert(*store, 999'999),
                StatusIs(absl::StatusCode::kResourceExhausted,
                         AllOf(HasSubstr(path_), HasSubstr("disk is full"))));
  }
  ETALON_EXPECT_OK(reader->ListSearches({}));
  EXPECT_EQ(CountSearches(), acknowledged_);

  disk_->Remove("others");
  disk_->Remove("more");
  ETALON_EXPECT_OK(Insert(*store, acknowledged_++));
  EXPECT_TRUE(disk_->Has("etalon.db.ballast"));
  EXPECT_EQ(CountSearches(), acknowledged_);
}

TEST_F(DiskFullTest, LogIsMovedIntoTheFileWithTheBallastsRoom) {
  {
    ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SqliteStore> store,
                                Open());
    // As much in the log as fits, with room for nothing else.
    EXPECT_THAT(
        InsertUntilFull(*store),
        StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr(path_)));
    EXPECT_GT(acknowledged_, 100);
    EXPECT_LT(RawDatabase(path_).Query("PRAGMA wal_checkpoint").size(), 2u);
    ETALON_ASSERT_OK_AND_ASSIGN(const DatabaseReport report,
                                CheckDatabase(path_, CheckDepth::kThorough));
    EXPECT_EQ(report.log_bytes, 0);
    EXPECT_THAT(report.problems, IsEmpty());
  }
  EXPECT_EQ(CountSearches(), acknowledged_);
}

TEST_F(DiskFullTest, FullDiskKeepsNoStoreFromBeingOpened) {
  ETALON_ASSERT_OK(Open());
  disk_->Fill("others", kDiskBytes);
  disk_->Remove("etalon.db.lock");  // a page, for the log's index
  disk_->Fill("more", kDiskBytes - (64 << 10));
  const auto store = Open();
  if (!store.ok()) {
    EXPECT_EQ(store.status().code(), absl::StatusCode::kResourceExhausted);
    return;
  }
  EXPECT_THAT(InsertUntilFull(**store),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr(path_)));
  disk_->Remove("others");
  ETALON_EXPECT_OK(Insert(**store, acknowledged_));
}

TEST_F(DiskFullTest, ReadOnlyDiskIsRefusedAndStillRead) {
  {
    ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SqliteStore> store,
                                Open());
    ETALON_ASSERT_OK(Insert(*store, 0));
  }
  ASSERT_TRUE(disk_->SetReadOnly(true));
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kFailedPrecondition,
                               AllOf(HasSubstr(path_),
                                     HasSubstr("folder must be writable"))));
  ASSERT_TRUE(disk_->SetReadOnly(false));
  ETALON_EXPECT_OK(Open());
}

}  // namespace
}  // namespace etalon::testing
