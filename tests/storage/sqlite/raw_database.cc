#include "tests/storage/sqlite/raw_database.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace etalon::testing {

RawDatabase::RawDatabase(const std::string& path) {
  const int code = sqlite3_open(path.c_str(), &handle_);
  GTEST_CHECK_(code == SQLITE_OK) << path << ": " << sqlite3_errstr(code);
}

RawDatabase::~RawDatabase() { sqlite3_close(handle_); }

std::string RawDatabase::TryRun(const std::string& sql) {
  char* message = nullptr;
  sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, &message);
  const std::string error = message != nullptr ? message : "";
  sqlite3_free(message);
  return error;
}

void RawDatabase::Run(const std::string& sql) { EXPECT_EQ(TryRun(sql), ""); }

std::vector<std::vector<std::string>> RawDatabase::Query(
    const std::string& sql) {
  std::vector<std::vector<std::string>> rows;
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr),
            SQLITE_OK)
      << sql << "\n"
      << sqlite3_errmsg(handle_);
  if (statement == nullptr) return rows;
  int code;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    std::vector<std::string>& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const unsigned char* text = sqlite3_column_text(statement, i);
      row.push_back(text == nullptr ? "NULL"
                                    : reinterpret_cast<const char*>(text));
    }
  }
  EXPECT_EQ(code, SQLITE_DONE) << sql << "\n" << sqlite3_errmsg(handle_);
  sqlite3_finalize(statement);
  return rows;
}

std::string RawDatabase::QueryValue(const std::string& sql) {
  const std::vector<std::vector<std::string>> rows = Query(sql);
  EXPECT_EQ(rows.size(), 1u) << sql;
  return rows.size() == 1 ? rows[0].at(0) : "";
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  GTEST_CHECK_(file.is_open()) << path;
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void WriteFile(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  GTEST_CHECK_(file.good()) << path;
}

}  // namespace etalon::testing
