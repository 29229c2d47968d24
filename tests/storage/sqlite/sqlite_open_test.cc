#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/samples.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// Files that a store must refuse, and what it says of them.

namespace etalon::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class SqliteOpenTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<SqliteStore>> Open(const std::string& path) {
    return SqliteStore::Open({.path = path,
                              .new_generation = 7,
                              .busy_timeout = absl::Milliseconds(10)});
  }

  // A database of ours, closed again.
  void Create(const std::string& path) { ETALON_ASSERT_OK(Open(path)); }

  TempDir folder_;
  const std::string path_ = folder_.File("etalon.db");
};

// Takes root's rights from the process, which file modes do not stop, for its
// own lifetime.
class Unprivileged {
 public:
  Unprivileged() {
    if (geteuid() == 0) changed_ = seteuid(kNobody) == 0;
  }
  ~Unprivileged() {
    if (changed_) {
      GTEST_CHECK_(seteuid(0) == 0);
    }
  }

 private:
  static constexpr uid_t kNobody = 65534;
  bool changed_ = false;
};

TEST_F(SqliteOpenTest, FileThatIsNotThereIsCreated) {
  ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SqliteStore> store,
                              Open(path_));
  EXPECT_EQ(store->database_generation(), 7u);
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(SqliteOpenTest, PlainNameIsAFileInTheWorkingFolder) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  const absl::Status status = Open("etalon.db").status();
  std::filesystem::current_path(before);
  ETALON_EXPECT_OK(status);
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(SqliteOpenTest, EmptyFileBecomesADatabase) {
  WriteFile(path_, "");
  ETALON_EXPECT_OK(Open(path_));
}

TEST_F(SqliteOpenTest, GenerationUsesAll64Bits) {
  for (const uint64_t generation :
       {uint64_t{1}, ~uint64_t{0}, uint64_t{1} << 63,
        uint64_t{0x8000000000000001}}) {
    const std::string path = folder_.File(absl::StrCat(generation));
    for (int i = 0; i < 2; ++i) {
      ETALON_ASSERT_OK_AND_ASSIGN(
          const std::unique_ptr<SqliteStore> store,
          SqliteStore::Open({.path = path, .new_generation = generation}));
      EXPECT_EQ(store->database_generation(), generation);
    }
  }
}

TEST_F(SqliteOpenTest, NewDatabaseWithoutAGenerationIsRefused) {
  EXPECT_THAT(
      SqliteStore::Open({.path = path_}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("generation")));
}

TEST_F(SqliteOpenTest, NoPathIsRefused) {
  EXPECT_THAT(Open(""), StatusIs(absl::StatusCode::kInvalidArgument,
                                 HasSubstr("no database file named")));
}

TEST_F(SqliteOpenTest, FileThatIsNotADatabaseIsRefusedAndLeftAlone) {
  const std::string text(5000, 'x');
  WriteFile(path_, text);
  EXPECT_THAT(Open(path_),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr(path_), HasSubstr("not a SQLite"),
                             HasSubstr("name another file"))));
  EXPECT_EQ(ReadFile(path_), text);
}

TEST_F(SqliteOpenTest, AnotherProgramsDatabaseIsRefusedAndLeftAlone) {
  RawDatabase(path_).Run(
      "PRAGMA application_id = 0x12345678; CREATE TABLE notes (text)");
  const std::string before = ReadFile(path_);
  EXPECT_THAT(Open(path_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr(path_), HasSubstr("0x12345678"),
                             HasSubstr("another program"))));
  EXPECT_EQ(ReadFile(path_), before);
}

TEST_F(SqliteOpenTest, UnmarkedDatabaseWithTablesIsRefused) {
  RawDatabase(path_).Run("CREATE TABLE notes (text)");
  EXPECT_THAT(Open(path_), StatusIs(absl::StatusCode::kFailedPrecondition,
                                    HasSubstr("another program")));
}

TEST_F(SqliteOpenTest, NewerSchemaIsRefused) {
  Create(path_);
  RawDatabase(path_).Run("PRAGMA user_version = 7");
  EXPECT_THAT(
      Open(path_),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr(path_),
                     HasSubstr("written by a newer etalon (schema 7; this one "
                               "knows up to 4); use that version or another "
                               "file"))));
}

TEST_F(SqliteOpenTest, SchemaVersionThatNeverWasIsRefused) {
  Create(path_);
  RawDatabase(path_).Run("PRAGMA user_version = -1");
  EXPECT_THAT(Open(path_), StatusIs(absl::StatusCode::kDataLoss,
                                    HasSubstr("schema version -1")));
}

TEST_F(SqliteOpenTest, MissingFolderIsNamed) {
  EXPECT_THAT(Open(folder_.File("no/such/etalon.db")),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr(folder_.File("no/such")),
                             HasSubstr("create it"))));
}

TEST_F(SqliteOpenTest, FolderInPlaceOfAFileIsRefused) {
  EXPECT_THAT(Open(folder_.path()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("is a folder"),
                             HasSubstr(folder_.File("etalon.db")))));
}

TEST_F(SqliteOpenTest, ReadOnlyFileIsRefused) {
  Create(path_);
  ASSERT_EQ(chmod(folder_.path().c_str(), 0777), 0);
  ASSERT_EQ(chmod((path_ + ".lock").c_str(), 0666), 0);
  ASSERT_EQ(chmod(path_.c_str(), 0444), 0);
  const Unprivileged unprivileged;
  EXPECT_THAT(Open(path_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr(path_), HasSubstr("is read-only"))));
}

TEST_F(SqliteOpenTest, ReadOnlyFolderIsRefused) {
  ASSERT_EQ(chmod(folder_.path().c_str(), 0555), 0);
  {
    const Unprivileged unprivileged;
    EXPECT_THAT(Open(path_),
                StatusIs(absl::StatusCode::kFailedPrecondition,
                         AllOf(HasSubstr(path_),
                               HasSubstr("folder must be writable"))));
  }
  ASSERT_EQ(chmod(folder_.path().c_str(), 0755), 0);
}

TEST_F(SqliteOpenTest, SecondStoreOnTheFileIsRefusedUntilTheFirstIsGone) {
  ETALON_ASSERT_OK_AND_ASSIGN(std::unique_ptr<SqliteStore> first, Open(path_));
  EXPECT_THAT(Open(path_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr(path_), HasSubstr("in use by process"),
                             HasSubstr(absl::StrCat(getpid())))));
  first.reset();
  ETALON_EXPECT_OK(Open(path_));
}

TEST_F(SqliteOpenTest, AnotherSpellingOfThePathIsTheSameFile) {
  ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SqliteStore> first,
                              Open(path_));
  std::filesystem::create_symlink(path_, folder_.File("link.db"));
  EXPECT_THAT(Open(folder_.File("link.db")),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("in use by process")));
  EXPECT_THAT(Open(folder_.path() + "/./etalon.db"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("in use by process")));
}

TEST_F(SqliteOpenTest, DamagedPagesAreDataLoss) {
  {
    ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SqliteStore> store,
                                Open(path_));
    const std::vector<absl::Status> statuses =
        store->Write({[](Transaction& transaction) {
          return transaction
              .InsertSearch(SampleSpec("alpha"), v1::Search::RUNNING,
                            SampleStages(), "", absl::UnixEpoch())
              .status();
        }});
    ETALON_ASSERT_OK(statuses[0]);
  }
  // The header and the schema stay whole, every page of rows goes.
  std::string bytes = ReadFile(path_);
  const size_t rows_begin = bytes.size() / 2;
  bytes.replace(rows_begin, bytes.size() - rows_begin,
                bytes.size() - rows_begin, '\x5a');
  WriteFile(path_, bytes);
  const auto store = Open(path_);
  const absl::Status status =
      store.ok() ? (*store)->Write({[](Transaction& transaction) {
        return transaction.ListOpenSearches().status();
      }})[0]
                 : store.status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss,
                               AllOf(HasSubstr(path_), HasSubstr("damaged"))));
}

TEST_F(SqliteOpenTest, ReaderNeedsNoLock) {
  ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SqliteStore> store,
                              Open(path_));
  ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Reader> reader,
                              store->NewReader());
  ETALON_EXPECT_OK(reader->ListSearches({}));
}

}  // namespace
}  // namespace etalon::testing
