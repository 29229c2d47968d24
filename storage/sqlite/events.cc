#include "storage/sqlite/events.h"

#include <optional>

namespace etalon::sqlite {
namespace {

std::optional<int64_t> NullIfZero(int64_t id) {
  if (id == 0) return std::nullopt;
  return id;
}

}  // namespace

absl::Status AppendEvent(Connection& connection, const Event& event) {
  return connection.Run(
      "INSERT INTO events (time, subject, search_id, stage_id, trial_id,"
      " attempt, worker_id, state, attempt_state, message)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), ?)",
      event.time, event.subject, NullIfZero(event.search),
      NullIfZero(event.stage), NullIfZero(event.trial),
      NullIfZero(event.attempt), NullIfZero(event.worker), event.state,
      event.attempt_state, event.message);
}

}  // namespace etalon::sqlite
