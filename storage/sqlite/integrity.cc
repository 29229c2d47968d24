#include "storage/sqlite/integrity.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "common/clock.h"
#include "common/status_macros.h"

namespace etalon::sqlite {
namespace {

// More of the same tell nothing new.
constexpr size_t kMaxProblems = 20;
// Comparing rows with their indices takes so many times as long as looking at
// pages alone (measured at half a gigabyte: 10).
constexpr int kIndexCheckFactor = 20;
// Many times what there are.
constexpr size_t kMaxTables = 1000;

// A rule, and the trials, searches or other things that break it, by name.
struct Rule {
  const char* sentence;
  const char* sql;
  // The first schema that has what it speaks of, and the last that it is a rule
  // of.
  int64_t since = 1;
  int64_t until = INT64_MAX;
};

constexpr Rule kRules[] = {
    {"has no generation",
     "SELECT 'meta' WHERE (SELECT count(*) FROM meta) <> 1"},
    {"has succeeded, diverged or been stopped without a result", R"sql(
SELECT 'trial ' || t.trial_id FROM trials AS t
LEFT JOIN results AS r USING (trial_id)
WHERE t.state IN ('SUCCEEDED', 'DIVERGED', 'STOPPED') AND r.trial_id IS NULL
)sql",
     1, 3},
    {"has succeeded, diverged or been stopped without a result", R"sql(
SELECT 'trial ' || t.trial_id FROM trials AS t
JOIN searches AS s ON s.search_id = t.search_id AND s.delete_time IS NULL
LEFT JOIN results AS r ON r.trial_id = coalesce(t.same_as, t.trial_id)
WHERE t.state IN ('SUCCEEDED', 'DIVERGED', 'STOPPED') AND r.trial_id IS NULL
)sql",
     4},
    {"was trained, and another trial stands for it", R"sql(
SELECT 'trial ' || t.trial_id FROM trials AS t
WHERE t.same_as IS NOT NULL AND (t.attempt_count > 0 OR t.state = 'RUNNING'
  OR EXISTS (SELECT 1 FROM results AS r WHERE r.trial_id = t.trial_id))
)sql",
     4},
    {"has not ended as the trial that stands for it", R"sql(
SELECT 'trial ' || t.trial_id FROM trials AS t
JOIN searches AS s ON s.search_id = t.search_id AND s.delete_time IS NULL
LEFT JOIN trials AS o ON o.trial_id = t.same_as
WHERE t.same_as IS NOT NULL AND (o.trial_id IS NULL OR o.same_as IS NOT NULL
  OR o.search_id <> t.search_id
  OR (o.end_time IS NULL) <> (t.end_time IS NULL)
  OR (o.end_time IS NOT NULL AND t.state <> o.state))
)sql",
     4},
    {"has a result and no end that goes with one", R"sql(
SELECT 'trial ' || t.trial_id FROM results JOIN trials AS t USING (trial_id)
WHERE t.state NOT IN ('SUCCEEDED', 'DIVERGED', 'FAILED', 'STOPPED')
)sql"},
    {"has succeeded without a validation accuracy", R"sql(
SELECT 'trial ' || t.trial_id FROM trials AS t
JOIN results AS r USING (trial_id)
WHERE t.state = 'SUCCEEDED' AND r.validation_accuracy IS NULL
)sql"},
    {"has a result of an attempt that did not complete", R"sql(
SELECT 'trial ' || r.trial_id FROM results AS r
JOIN trials AS t USING (trial_id)
LEFT JOIN attempts AS a
  ON a.trial_id = r.trial_id AND a.number = r.attempt
    AND (a.state = 'COMPLETED' OR (a.state = 'SUSPENDED' AND t.state = 'STOPPED'))
WHERE a.trial_id IS NULL
)sql"},
    {"has more than one completed attempt", R"sql(
SELECT 'trial ' || trial_id FROM attempts WHERE state = 'COMPLETED'
GROUP BY trial_id HAVING count(*) > 1
)sql"},
    {"is at work without a live lease on its last attempt", R"sql(
SELECT 'trial ' || t.trial_id FROM trials AS t
LEFT JOIN attempts AS a
  ON a.trial_id = t.trial_id AND a.number = t.attempt_count
    AND a.state = 'LEASED'
WHERE t.state = 'RUNNING' AND a.trial_id IS NULL
)sql"},
    {"has a live lease on an attempt that it is not at work under", R"sql(
SELECT 'trial ' || a.trial_id FROM attempts AS a
LEFT JOIN trials AS t
  ON t.trial_id = a.trial_id AND t.state = 'RUNNING'
    AND t.attempt_count = a.number
WHERE a.state = 'LEASED' AND t.trial_id IS NULL
)sql"},
    {"counts other attempts than there are", R"sql(
SELECT 'trial ' || t.trial_id FROM trials AS t
LEFT JOIN (SELECT trial_id, count(*) AS n, max(number) AS last
           FROM attempts GROUP BY trial_id) AS a USING (trial_id)
WHERE t.attempt_count <> coalesce(a.n, 0)
  OR t.attempt_count <> coalesce(a.last, 0)
)sql"},
    {"ended badly without a reason, or well with one", R"sql(
SELECT 'trial ' || trial_id FROM trials
WHERE (state IN ('DIVERGED', 'FAILED', 'CANCELLED'))
  <> (failure_reason IS NOT NULL)
)sql"},
    {"is over, and has open trials", R"sql(
SELECT DISTINCT 'search ' || s.name FROM searches AS s
JOIN trials AS t USING (search_id)
WHERE s.state NOT IN ('RUNNING', 'PAUSED')
  AND t.state IN ('QUEUED', 'RUNNING', 'SUSPENDED')
)sql"},
    {"is complete, and has open trials", R"sql(
SELECT DISTINCT 'stage ' || g.name || ' of search ' || s.name FROM stages AS g
JOIN searches AS s ON s.search_id = g.search_id
JOIN trials AS t ON t.stage_id = g.stage_id
WHERE g.state = 'COMPLETE' AND t.state IN ('QUEUED', 'RUNNING', 'SUSPENDED')
)sql"},
    {"stands beside another validation accuracy than its result", R"sql(
SELECT 'trial ' || t.trial_id FROM trials AS t
LEFT JOIN results AS r USING (trial_id)
WHERE t.validation_accuracy IS NOT r.validation_accuracy
)sql",
     3, 3},
    {"stands beside another validation accuracy than its result", R"sql(
SELECT 'trial ' || t.trial_id FROM trials AS t
JOIN searches AS s ON s.search_id = t.search_id AND s.delete_time IS NULL
LEFT JOIN results AS r ON r.trial_id = coalesce(t.same_as, t.trial_id)
WHERE t.validation_accuracy IS NOT r.validation_accuracy
)sql",
     4},
    {"counts other trials than there are", R"sql(
SELECT 'stage ' || g.stage_id FROM stages AS g
JOIN searches AS s ON s.search_id = g.search_id AND s.delete_time IS NULL
LEFT JOIN stage_counts AS n USING (stage_id)
LEFT JOIN (
  SELECT stage_id, sum(state = 'QUEUED') AS queued,
    sum(state = 'RUNNING') AS running, sum(state = 'SUCCEEDED') AS succeeded,
    sum(state = 'DIVERGED') AS diverged, sum(state = 'FAILED') AS failed,
    sum(state = 'CANCELLED') AS cancelled,
    sum(state = 'SUSPENDED') AS suspended, sum(state = 'STOPPED') AS stopped
  FROM trials GROUP BY stage_id) AS t USING (stage_id)
WHERE n.stage_id IS NULL OR n.queued <> coalesce(t.queued, 0)
  OR n.running <> coalesce(t.running, 0)
  OR n.succeeded <> coalesce(t.succeeded, 0)
  OR n.diverged <> coalesce(t.diverged, 0)
  OR n.failed <> coalesce(t.failed, 0)
  OR n.cancelled <> coalesce(t.cancelled, 0)
  OR n.suspended <> coalesce(t.suspended, 0)
  OR n.stopped <> coalesce(t.stopped, 0)
)sql",
     4},
    {"waits at a rung, or goes on from one, without a checkpoint of it", R"sql(
SELECT 'trial ' || t.trial_id FROM trials AS t
LEFT JOIN rungs AS u
  ON u.trial_id = t.trial_id AND u.rung = t.rung - (t.state <> 'SUSPENDED')
LEFT JOIN checkpoints AS c
  ON c.trial_id = t.trial_id AND c.attempt = u.attempt
WHERE (t.state = 'SUSPENDED'
    OR (t.state IN ('QUEUED', 'RUNNING') AND t.rung > 0))
  AND (c.trial_id IS NULL OR c.size_bytes IS NOT (
    SELECT sum(length(p.data)) FROM checkpoint_pieces AS p
    WHERE p.trial_id = c.trial_id AND p.attempt = c.attempt))
)sql",
     4},
    {"keeps a checkpoint that nothing will go on from", R"sql(
SELECT 'trial ' || c.trial_id FROM checkpoints AS c
JOIN trials AS t USING (trial_id)
LEFT JOIN attempts AS a
  ON a.trial_id = c.trial_id AND a.number = c.attempt
WHERE t.state NOT IN ('QUEUED', 'RUNNING', 'SUSPENDED')
  OR a.state NOT IN ('LEASED', 'SUSPENDED')
)sql",
     4},
    {"keeps a model without being at work or having succeeded", R"sql(
SELECT 'trial ' || m.trial_id FROM models AS m
JOIN trials AS t USING (trial_id)
WHERE t.state NOT IN ('RUNNING', 'SUCCEEDED')
)sql"},
};

// Up to `limit` rows of `sql`, one text each.
absl::StatusOr<std::vector<std::string>> ReadTexts(
    Connection& connection, const std::string& sql,
    size_t limit = kMaxProblems) {
  ETALON_ASSIGN_OR_RETURN(Statement row, connection.Prepare(sql));
  std::vector<std::string> texts;
  while (texts.size() < limit) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) break;
    texts.push_back(row.NextText());
  }
  return texts;
}

// `pragma` is quick_check or integrity_check, which answer "ok" or problems.
absl::StatusOr<std::vector<std::string>> RunCheck(Connection& connection,
                                                  const std::string& pragma) {
  ETALON_ASSIGN_OR_RETURN(
      std::vector<std::string> problems,
      ReadTexts(connection, absl::StrCat("PRAGMA ", pragma)));
  if (problems.size() == 1 && problems[0] == "ok") problems.clear();
  return problems;
}

absl::Status AddBrokenReferences(Connection& connection,
                                 std::vector<std::string>& problems) {
  ETALON_ASSIGN_OR_RETURN(Statement row,
                          connection.Prepare("PRAGMA foreign_key_check"));
  for (size_t i = 0; i < kMaxProblems; ++i) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) break;
    const std::string table = row.NextText();
    const int64_t id = row.NextInt64();
    problems.push_back(absl::StrCat("row ", id, " of ", table,
                                    " refers to a row of ", row.NextText(),
                                    " that is not there"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FindDamageWithin(
    Connection& connection, absl::Duration time_limit, bool* complete) {
  const absl::Duration deadline = SystemClock().Monotonic() + time_limit;
  // Quoted: a name that is none of ours could end the text.
  ETALON_ASSIGN_OR_RETURN(
      const std::vector<std::string> tables,
      ReadTexts(connection,
                // The schema is a table that does not name itself.
                "SELECT printf('%Q', name) FROM ("
                " SELECT 'sqlite_schema' AS name UNION ALL"
                " SELECT name FROM sqlite_schema WHERE type = 'table')"
                " ORDER BY name <> 'sqlite_schema', name IN ('measurements', "
                "'events', 'model_pieces',"
                " 'checkpoint_pieces'),"
                " name",
                kMaxTables));
  *complete = true;
  std::vector<std::string> small;
  for (const std::string& table : tables) {
    const absl::Duration start = SystemClock().Monotonic();
    if (start >= deadline) {
      *complete = false;
      break;
    }
    ETALON_ASSIGN_OR_RETURN(
        std::vector<std::string> problems,
        RunCheck(connection, absl::StrCat("quick_check(", table, ")")));
    if (!problems.empty()) return problems;
    const absl::Duration now = SystemClock().Monotonic();
    if (now + kIndexCheckFactor * (now - start) < deadline) {
      small.push_back(table);
    }
  }
  for (const std::string& table : small) {
    if (SystemClock().Monotonic() >= deadline) break;
    ETALON_ASSIGN_OR_RETURN(
        std::vector<std::string> problems,
        RunCheck(connection, absl::StrCat("integrity_check(", table, ")")));
    if (!problems.empty()) return problems;
  }
  return std::vector<std::string>();
}

absl::StatusOr<std::vector<std::string>> FindDamage(Connection& connection,
                                                    bool indices) {
  return RunCheck(connection, indices ? "integrity_check" : "quick_check");
}

absl::StatusOr<std::vector<std::string>> FindContradictions(
    Connection& connection) {
  std::vector<std::string> problems;
  ETALON_RETURN_IF_ERROR(AddBrokenReferences(connection, problems));
  ETALON_ASSIGN_OR_RETURN(const int64_t version,
                          connection.QueryInt64("PRAGMA user_version"));
  for (const Rule& rule : kRules) {
    if (version < rule.since || version > rule.until) continue;
    ETALON_ASSIGN_OR_RETURN(const std::vector<std::string> broken,
                            ReadTexts(connection, rule.sql));
    for (const std::string& name : broken) {
      problems.push_back(absl::StrCat(name, " ", rule.sentence));
    }
  }
  return problems;
}

}  // namespace etalon::sqlite
