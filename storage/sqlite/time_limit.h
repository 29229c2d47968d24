#ifndef ETALON_STORAGE_SQLITE_TIME_LIMIT_H_
#define ETALON_STORAGE_SQLITE_TIME_LIMIT_H_

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <functional>

#include "absl/time/time.h"
#include "common/clock.h"
#include "storage/sqlite/connection.h"

namespace etalon::sqlite {

// While it lives, statements of `connection` that go on past `limit` from its
// beginning fail, with RESOURCE_EXHAUSTED; past `hurried_limit` while `*hurry`,
// which may be null; and once `*is_cancelled`, which may be null too, answers
// true. One at a time.
class TimeLimit {
 public:
  TimeLimit(Connection& connection, absl::Duration limit,
            const std::atomic<bool>* hurry = nullptr,
            absl::Duration hurried_limit = absl::InfiniteDuration(),
            const std::function<bool()>* is_cancelled = nullptr)
      : handle_(connection.handle()),
        start_(SystemClock().Monotonic()),
        limit_(limit),
        hurry_(hurry),
        hurried_limit_(hurried_limit),
        is_cancelled_(is_cancelled) {
    sqlite3_progress_handler(handle_, kStepsBetweenLooks, IsOver, this);
  }
  ~TimeLimit() { sqlite3_progress_handler(handle_, 0, nullptr, nullptr); }
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

  // Whether that was why a statement failed.
  bool cancelled() const { return cancelled_; }

 private:
  // Of SQLite's virtual machine: some hundred microseconds.
  static constexpr int kStepsBetweenLooks = 10'000;

  static int IsOver(void* self) {
    TimeLimit& limit = *static_cast<TimeLimit*>(self);
    if (limit.is_cancelled_ != nullptr && (*limit.is_cancelled_)()) {
      limit.cancelled_ = true;
      return true;
    }
    const bool hurry = limit.hurry_ != nullptr && *limit.hurry_;
    return SystemClock().Monotonic() - limit.start_ >
           (hurry ? std::min(limit.limit_, limit.hurried_limit_)
                  : limit.limit_);
  }

  sqlite3* const handle_;
  const absl::Duration start_;
  const absl::Duration limit_;
  const std::atomic<bool>* const hurry_;
  const absl::Duration hurried_limit_;
  const std::function<bool()>* const is_cancelled_;
  bool cancelled_ = false;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_TIME_LIMIT_H_
