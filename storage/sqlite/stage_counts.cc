#include "storage/sqlite/stage_counts.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace etalon::sqlite {
namespace {

constexpr char kAddCounts[] =
    "UPDATE stage_counts SET queued = queued + ?2, running = running + ?3,"
    " succeeded = succeeded + ?4, diverged = diverged + ?5,"
    " failed = failed + ?6, cancelled = cancelled + ?7,"
    " suspended = suspended + ?8, stopped = stopped + ?9 WHERE stage_id = ";

absl::Status AddCounts(Connection& connection, const std::string& sql,
                       int64_t id, v1::Trial::State from, v1::Trial::State to,
                       int64_t trials) {
  const auto change = [&](v1::Trial::State state) {
    return trials * (int{to == state} - int{from == state});
  };
  return connection.Run(
      sql, id, change(v1::Trial::QUEUED), change(v1::Trial::RUNNING),
      change(v1::Trial::SUCCEEDED), change(v1::Trial::DIVERGED),
      change(v1::Trial::FAILED), change(v1::Trial::CANCELLED),
      change(v1::Trial::SUSPENDED), change(v1::Trial::STOPPED));
}

}  // namespace

absl::Status InsertCounts(Connection& connection, int64_t stage) {
  return connection.Run("INSERT INTO stage_counts (stage_id) VALUES (?)",
                        stage);
}

absl::Status CountQueued(Connection& connection, int64_t stage,
                         int64_t trials) {
  return connection.Run(
      "UPDATE stage_counts SET queued = queued + ?2 WHERE stage_id = ?1", stage,
      trials);
}

absl::Status CountChange(Connection& connection, int64_t trial,
                         v1::Trial::State from, v1::Trial::State to) {
  static const std::string& sql = *new std::string(absl::StrCat(
      kAddCounts, "(SELECT stage_id FROM trials WHERE trial_id = ?1)"));
  return AddCounts(connection, sql, trial, from, to, 1);
}

absl::Status CountChanges(Connection& connection, int64_t stage,
                          v1::Trial::State from, v1::Trial::State to,
                          int64_t trials) {
  static const std::string& sql =
      *new std::string(absl::StrCat(kAddCounts, "?1"));
  return AddCounts(connection, sql, stage, from, to, trials);
}

absl::Status CountCancelled(Connection& connection, int64_t search) {
  return connection.Run(
      "UPDATE stage_counts SET cancelled = cancelled + queued + running"
      " + suspended, queued = 0, running = 0, suspended = 0 WHERE stage_id IN"
      " (SELECT stage_id FROM stages WHERE search_id = ?)",
      search);
}

}  // namespace etalon::sqlite
