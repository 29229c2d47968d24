#include "tests/faults/outside_lock.h"

namespace etalon::testing {

OutsideLock::OutsideLock(const std::string& database) {
  sqlite3_open_v2(database.c_str(), &handle_, SQLITE_OPEN_READWRITE, nullptr);
  sqlite3_busy_timeout(handle_, 2000);
  held_ = sqlite3_exec(handle_, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) ==
          SQLITE_OK;
}

OutsideLock::~OutsideLock() { sqlite3_close(handle_); }

}  // namespace etalon::testing
