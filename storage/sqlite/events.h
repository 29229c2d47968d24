#ifndef ETALON_STORAGE_SQLITE_EVENTS_H_
#define ETALON_STORAGE_SQLITE_EVENTS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/sqlite/connection.h"

namespace etalon::sqlite {

// One change of state. Ids that do not apply are 0, texts empty.
struct Event {
  absl::Time time = {};
  const char* subject = "";  // SEARCH, STAGE, TRIAL or WORKER
  int64_t search = 0;
  int64_t stage = 0;
  int64_t trial = 0;
  int attempt = 0;
  int64_t worker = 0;
  absl::string_view state = {};          // the subject's, after the change
  absl::string_view attempt_state = {};  // the attempt's, where one changed too
  absl::string_view message = {};
};

absl::Status AppendEvent(Connection& connection, const Event& event);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_EVENTS_H_
