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

absl::Status AppendTrialEvent(Connection& connection, const TrialEvent& event) {
  // Not INSERT ... SELECT, for which SQLite keeps a journal of the statement.
  return connection.Run(
      "INSERT INTO events (time, subject, search_id, stage_id, trial_id,"
      " attempt, worker_id, state, attempt_state, message)"
      " VALUES (?3, 'TRIAL',"
      " (SELECT search_id FROM trials WHERE trial_id = ?1),"
      " (SELECT stage_id FROM trials WHERE trial_id = ?1), ?1,"
      " nullif(?2, 0),"
      " (SELECT worker_id FROM attempts WHERE trial_id = ?1 AND number = ?2),"
      " ?4, ?5, ?6)",
      event.trial, event.attempt, event.time, event.state, event.attempt_state,
      event.message);
}

}  // namespace etalon::sqlite
