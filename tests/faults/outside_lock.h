#ifndef ETALON_TESTS_FAULTS_OUTSIDE_LOCK_H_
#define ETALON_TESTS_FAULTS_OUTSIDE_LOCK_H_

#include <sqlite3.h>

#include <string>

namespace etalon::testing {

// The lock on a database that another program holds, such as a sqlite3 shell
// in a transaction, for as long as the object lives. Waits two seconds for it
// at most.
class OutsideLock {
 public:
  explicit OutsideLock(const std::string& database);
  ~OutsideLock();
  OutsideLock(const OutsideLock&) = delete;
  OutsideLock& operator=(const OutsideLock&) = delete;

  bool held() const { return held_; }

 private:
  sqlite3* handle_ = nullptr;
  bool held_ = false;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_FAULTS_OUTSIDE_LOCK_H_
