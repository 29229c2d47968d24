#ifndef ETALON_STORAGE_SQLITE_TIME_LIMIT_H_
#define ETALON_STORAGE_SQLITE_TIME_LIMIT_H_

#include <sqlite3.h>

#include "absl/time/time.h"
#include "common/clock.h"
#include "storage/sqlite/connection.h"

namespace etalon::sqlite {

// While it lives, statements of `connection` that go on past `limit` from its
// beginning fail, with RESOURCE_EXHAUSTED. One at a time.
class TimeLimit {
 public:
  TimeLimit(Connection& connection, absl::Duration limit)
      : handle_(connection.handle()),
        deadline_(SystemClock().Monotonic() + limit) {
    sqlite3_progress_handler(handle_, kStepsBetweenLooks, IsOver, this);
  }
  ~TimeLimit() { sqlite3_progress_handler(handle_, 0, nullptr, nullptr); }
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

 private:
  // Of SQLite's virtual machine: some hundred microseconds.
  static constexpr int kStepsBetweenLooks = 10'000;

  static int IsOver(void* self) {
    return SystemClock().Monotonic() > static_cast<TimeLimit*>(self)->deadline_;
  }

  sqlite3* const handle_;
  const absl::Duration deadline_;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_TIME_LIMIT_H_
