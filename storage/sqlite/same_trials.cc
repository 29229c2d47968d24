#include "storage/sqlite/same_trials.h"

#include <map>

#include "common/status_macros.h"
#include "etalon/v1/trial.pb.h"

namespace etalon::sqlite {
namespace {

// How many wait in each stage.
absl::StatusOr<std::map<int64_t, int64_t>> CountWaiting(Connection& connection,
                                                        int64_t trial) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection.Prepare("SELECT stage_id FROM trials"
                         " WHERE same_as = ? AND state = 'QUEUED'",
                         trial));
  std::map<int64_t, int64_t> counts;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return counts;
    ++counts[row.NextInt64()];
  }
}

absl::StatusOr<v1::Trial::State> StateOf(Connection& connection,
                                         int64_t trial) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection.Prepare("SELECT state FROM trials WHERE trial_id = ?", trial));
  ETALON_RETURN_IF_ERROR(row.Step().status());
  const v1::Trial::State state = row.NextEnum(v1::Trial::State_Parse);
  ETALON_RETURN_IF_ERROR(row.status());
  return state;
}

}  // namespace

absl::Status EndSame(Connection& connection, Counts& counts, int64_t trial,
                     absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(const auto waiting, CountWaiting(connection, trial));
  if (waiting.empty()) return absl::OkStatus();
  ETALON_ASSIGN_OR_RETURN(const v1::Trial::State state,
                          StateOf(connection, trial));
  ETALON_RETURN_IF_ERROR(connection.Run(R"sql(
INSERT INTO events (time, subject, search_id, stage_id, trial_id, state,
  message)
SELECT ?2, 'TRIAL', t.search_id, t.stage_id, t.trial_id, o.state,
  'the same as trial ' || o.number
FROM trials AS t
JOIN trials AS o ON o.trial_id = t.same_as
WHERE t.same_as = ?1 AND t.state = 'QUEUED'
ORDER BY t.number
)sql",
                                        trial, now));
  ETALON_RETURN_IF_ERROR(connection.Run(R"sql(
UPDATE trials SET state = o.state, end_time = ?2,
  validation_accuracy = o.validation_accuracy,
  failure_reason = o.failure_reason, failure_message = o.failure_message,
  failure_update = o.failure_update
FROM trials AS o
WHERE o.trial_id = ?1 AND trials.same_as = ?1 AND trials.state = 'QUEUED'
)sql",
                                        trial, now));
  for (const auto& [stage, count] : waiting) {
    ETALON_RETURN_IF_ERROR(
        counts.Change(stage, v1::Trial::QUEUED, state, count));
  }
  return absl::OkStatus();
}

}  // namespace etalon::sqlite
