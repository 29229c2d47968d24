#include "storage/sqlite/schema.h"

// Schema step 3: what answers cost does not grow with what is stored, and
// searches can be deleted. docs/database.md explains the indices.
//
// A search that is deleted gives up its name at once and its rows piece by
// piece; until the last is gone its `delete_time` says so, and views pass over
// it. A trial's validation accuracy stands beside it as well as in its result,
// for an index needs both. Counts are kept rather than counted: a search is
// looked at far more often than its trials change.

namespace etalon::sqlite {

const char kSchemaStep3[] = R"sql(
ALTER TABLE searches ADD COLUMN delete_time TEXT;
CREATE INDEX searches_deleted ON searches (search_id)
  WHERE delete_time IS NOT NULL;
CREATE INDEX requests_by_search ON requests (search_id);

ALTER TABLE trials ADD COLUMN validation_accuracy REAL;
UPDATE trials SET validation_accuracy = (
  SELECT r.validation_accuracy FROM results AS r
  WHERE r.trial_id = trials.trial_id);
DROP INDEX trials_queued;
DROP INDEX trials_by_state;
CREATE INDEX trials_by_state ON trials (search_id, state, number);
CREATE INDEX trials_by_accuracy
  ON trials (search_id, validation_accuracy DESC, number, stage_id)
  WHERE validation_accuracy IS NOT NULL;

CREATE TABLE stage_counts (
  stage_id INTEGER PRIMARY KEY REFERENCES stages,
  queued INTEGER NOT NULL DEFAULT 0 CHECK (queued >= 0),
  running INTEGER NOT NULL DEFAULT 0 CHECK (running >= 0),
  succeeded INTEGER NOT NULL DEFAULT 0,
  diverged INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO stage_counts
SELECT g.stage_id,
  coalesce(sum(t.state = 'QUEUED'), 0),
  coalesce(sum(t.state = 'RUNNING'), 0),
  coalesce(sum(t.state = 'SUCCEEDED'), 0),
  coalesce(sum(t.state = 'DIVERGED'), 0),
  coalesce(sum(t.state = 'FAILED'), 0),
  coalesce(sum(t.state = 'CANCELLED'), 0)
FROM stages AS g
LEFT JOIN trials AS t ON t.stage_id = g.stage_id
GROUP BY g.stage_id;

DROP VIEW trial_results;
CREATE VIEW trial_results AS
SELECT
  s.name AS search,
  g.name AS stage,
  t.number AS trial,
  t.configuration,
  t.replicate,
  t.state,
  c.lambda,
  c.eta,
  c.parameters,
  r.train_accuracy,
  r.validation_accuracy,
  r.test_accuracy,
  r.train_cost AS cost,
  r.updates,
  r.training_nanoseconds / 1e9 AS seconds,
  'workers/' || a.worker_id AS worker,
  t.attempt_count AS attempts,
  t.failure_reason
    || iif(t.failure_update = 0, '', ' at update ' || t.failure_update)
    || iif(t.failure_message = '', '', ': ' || t.failure_message) AS failure,
  a.start_time,
  t.end_time,
  r.fusion_width
FROM trials AS t
JOIN searches AS s ON s.search_id = t.search_id AND s.delete_time IS NULL
JOIN stages AS g ON g.stage_id = t.stage_id
JOIN configurations AS c
  ON c.stage_id = t.stage_id AND c.configuration = t.configuration
LEFT JOIN results AS r ON r.trial_id = t.trial_id
LEFT JOIN attempts AS a
  ON a.trial_id = t.trial_id AND a.number = t.attempt_count;

DROP VIEW stage_progress;
CREATE VIEW stage_progress AS
SELECT
  s.name AS search,
  g.position,
  g.name AS stage,
  g.state,
  g.planned_trials AS planned,
  n.queued,
  n.running,
  n.succeeded,
  n.diverged,
  n.failed,
  n.cancelled,
  (SELECT t.validation_accuracy FROM trials AS t
   WHERE t.search_id = g.search_id AND t.validation_accuracy IS NOT NULL
     AND t.stage_id = g.stage_id AND t.state = 'SUCCEEDED'
   ORDER BY t.validation_accuracy DESC LIMIT 1) AS best_validation_accuracy,
  g.box,
  g.start_time,
  g.end_time
FROM stages AS g
JOIN searches AS s ON s.search_id = g.search_id AND s.delete_time IS NULL
JOIN stage_counts AS n ON n.stage_id = g.stage_id;
)sql";

}  // namespace etalon::sqlite
