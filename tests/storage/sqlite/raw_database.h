#ifndef ETALON_TESTS_STORAGE_SQLITE_RAW_DATABASE_H_
#define ETALON_TESTS_STORAGE_SQLITE_RAW_DATABASE_H_

#include <sqlite3.h>

#include <string>
#include <vector>

namespace etalon::testing {

// A database file by SQLite alone, as another program would use it.
class RawDatabase {
 public:
  // Creates the file where there is none; fails the test program otherwise.
  explicit RawDatabase(const std::string& path);
  RawDatabase(const RawDatabase&) = delete;
  RawDatabase& operator=(const RawDatabase&) = delete;
  ~RawDatabase();

  // Runs any number of statements; an error message, or empty.
  std::string TryRun(const std::string& sql);
  // As TryRun; an error fails the test.
  void Run(const std::string& sql);

  // The rows of one query as text, "NULL" for NULL; an error fails the test.
  std::vector<std::vector<std::string>> Query(const std::string& sql);
  // The only value of the only row.
  std::string QueryValue(const std::string& sql);

  sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, const std::string& content);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_STORAGE_SQLITE_RAW_DATABASE_H_
