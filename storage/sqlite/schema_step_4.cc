#include "storage/sqlite/schema.h"

// Schema step 4: trials may wait at rungs (SUSPENDED) or end before their
// length (STOPPED), races add replicates, and a trial may stand for another
// (`same_as`). As in step 2, tables whose CHECK changes are made anew.
//
// `rungs` holds what a trial reported at each rung, `checkpoints` what it goes
// on from while it is open. `same_as` has no foreign key: searches that are
// deleted lose their trials from the lowest number on.

namespace etalon::sqlite {

const char kSchemaStep4[] = R"sql(
PRAGMA legacy_alter_table = ON;

CREATE TABLE trials_new (
  trial_id INTEGER PRIMARY KEY AUTOINCREMENT,
  search_id INTEGER NOT NULL REFERENCES searches,
  number INTEGER NOT NULL CHECK (number >= 1),
  stage_id INTEGER NOT NULL,
  configuration INTEGER NOT NULL,
  replicate INTEGER NOT NULL CHECK (replicate >= 0),
  initialization_seed INTEGER NOT NULL,
  minibatches_seed INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (
    state = 'QUEUED' OR state = 'RUNNING' OR state = 'SUCCEEDED' OR
    state = 'DIVERGED' OR state = 'FAILED' OR state = 'CANCELLED' OR
    state = 'SUSPENDED' OR state = 'STOPPED'),
  attempt_count INTEGER NOT NULL DEFAULT 0,
  failure_reason TEXT CHECK (
    failure_reason IS NULL OR failure_reason = 'DIVERGED' OR
    failure_reason = 'WORKER_LOST' OR failure_reason = 'INVALID' OR
    failure_reason = 'CANCELLED' OR failure_reason = 'INTERNAL' OR
    failure_reason = 'QUARANTINED'),
  failure_message TEXT,
  failure_update INTEGER,
  create_time TEXT NOT NULL,
  end_time TEXT,
  validation_accuracy REAL,
  rung INTEGER NOT NULL DEFAULT 0 CHECK (rung >= 0),
  -- The trial whose result stands for this one's; else NULL.
  same_as INTEGER,
  UNIQUE (search_id, number),
  UNIQUE (stage_id, configuration, replicate),
  FOREIGN KEY (stage_id, configuration) REFERENCES configurations,
  CHECK ((end_time IS NULL) =
    (state = 'QUEUED' OR state = 'RUNNING' OR state = 'SUSPENDED'))
) STRICT;
INSERT INTO trials_new (
  trial_id, search_id, number, stage_id, configuration, replicate,
  initialization_seed, minibatches_seed, state, attempt_count, failure_reason,
  failure_message, failure_update, create_time, end_time, validation_accuracy)
SELECT
  trial_id, search_id, number, stage_id, configuration, replicate,
  initialization_seed, minibatches_seed, state, attempt_count, failure_reason,
  failure_message, failure_update, create_time, end_time, validation_accuracy
FROM trials ORDER BY trial_id;
-- Numbers that were given are not given again.
UPDATE sqlite_sequence
  SET seq = max(seq, (SELECT seq FROM sqlite_sequence WHERE name = 'trials'))
  WHERE name = 'trials_new';
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'trials_new', seq FROM sqlite_sequence
  WHERE name = 'trials'
    AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'trials_new');
DROP TABLE trials;
ALTER TABLE trials_new RENAME TO trials;
CREATE INDEX trials_by_state ON trials (search_id, state, number);
CREATE INDEX trials_by_accuracy
  ON trials (search_id, validation_accuracy DESC, number, stage_id)
  WHERE validation_accuracy IS NOT NULL;
CREATE INDEX trials_same ON trials (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX trials_queued ON trials (search_id, number)
  WHERE state = 'QUEUED' AND same_as IS NULL;

CREATE TABLE attempts_new (
  attempt_id INTEGER PRIMARY KEY,
  trial_id INTEGER NOT NULL REFERENCES trials,
  number INTEGER NOT NULL CHECK (number >= 1),
  worker_id INTEGER NOT NULL REFERENCES workers,
  request_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (
    state = 'LEASED' OR state = 'COMPLETED' OR state = 'RETURNED' OR
    state = 'LOST' OR state = 'ABANDONED' OR state = 'SUSPENDED'),
  message TEXT NOT NULL DEFAULT '',
  start_time TEXT NOT NULL,
  end_time TEXT,
  UNIQUE (trial_id, number),
  CHECK ((end_time IS NULL) = (state = 'LEASED'))
) STRICT;
INSERT INTO attempts_new SELECT * FROM attempts ORDER BY attempt_id;
DROP TABLE attempts;
ALTER TABLE attempts_new RENAME TO attempts;
CREATE INDEX attempts_leased ON attempts (worker_id, request_id)
  WHERE state = 'LEASED';

PRAGMA legacy_alter_table = OFF;

-- JSON: what ends the configuration's trials; and the earlier configurations
-- whose results were not there when it was queued.
ALTER TABLE configurations ADD COLUMN thresholds TEXT NOT NULL DEFAULT '[]';
ALTER TABLE configurations ADD COLUMN unseen TEXT NOT NULL DEFAULT '[]';
-- Equal for those that are trained alike, as a rule; 0 for none.
ALTER TABLE configurations ADD COLUMN fingerprint INTEGER NOT NULL DEFAULT 0;
CREATE INDEX configurations_alike ON configurations (stage_id, fingerprint)
  WHERE fingerprint <> 0;

-- JSON: how its race ended; NULL where there was none, or it goes on.
ALTER TABLE stages ADD COLUMN race TEXT;
-- What it has taken of its budget.
ALTER TABLE stages ADD COLUMN spent_trials INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stages ADD COLUMN spent_updates INTEGER NOT NULL DEFAULT 0;

ALTER TABLE stage_counts ADD COLUMN
  suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended >= 0);
ALTER TABLE stage_counts ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;

CREATE TABLE rungs (
  trial_id INTEGER NOT NULL REFERENCES trials,
  rung INTEGER NOT NULL CHECK (rung >= 0),
  attempt INTEGER NOT NULL,
  training_nanoseconds INTEGER NOT NULL,
  fusion_width INTEGER CHECK (fusion_width >= 1),
  apart_because TEXT,
  updates INTEGER NOT NULL,
  weights_update INTEGER,
  epoch REAL NOT NULL,
  learning_rate REAL NOT NULL,
  train_loss REAL, train_cost REAL, train_accuracy REAL,
  validation_loss REAL, validation_cost REAL, validation_accuracy REAL,
  test_loss REAL, test_cost REAL, test_accuracy REAL,
  PRIMARY KEY (trial_id, rung),
  FOREIGN KEY (trial_id, attempt) REFERENCES attempts (trial_id, number)
) STRICT, WITHOUT ROWID;

-- Of the attempt at work, as far as it was sent, beside that which brought the
-- trial to its last rung.
CREATE TABLE checkpoints (
  trial_id INTEGER NOT NULL REFERENCES trials,
  attempt INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 1),
  PRIMARY KEY (trial_id, attempt),
  FOREIGN KEY (trial_id, attempt) REFERENCES attempts (trial_id, number)
) STRICT, WITHOUT ROWID;

-- The bytes of a checkpoint from `offset` on, one piece after another.
CREATE TABLE checkpoint_pieces (
  trial_id INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  offset INTEGER NOT NULL CHECK (offset >= 0),
  data BLOB NOT NULL CHECK (length(data) BETWEEN 1 AND 1048576),
  UNIQUE (trial_id, attempt, offset),
  FOREIGN KEY (trial_id, attempt) REFERENCES checkpoints ON DELETE CASCADE
) STRICT;

DROP VIEW best_trials;
DROP VIEW configuration_results;
DROP VIEW trial_results;
DROP VIEW stage_progress;

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
  iif(t.same_as IS NULL, r.training_nanoseconds / 1e9, NULL) AS seconds,
  'workers/' || a.worker_id AS worker,
  t.attempt_count AS attempts,
  t.failure_reason
    || iif(t.failure_update = 0, '', ' at update ' || t.failure_update)
    || iif(t.failure_message = '', '', ': ' || t.failure_message) AS failure,
  a.start_time,
  t.end_time,
  iif(t.same_as IS NULL, r.fusion_width, NULL) AS fusion_width,
  t.rung,
  (SELECT o.number FROM trials AS o WHERE o.trial_id = t.same_as) AS same_as
FROM trials AS t
JOIN searches AS s ON s.search_id = t.search_id AND s.delete_time IS NULL
JOIN stages AS g ON g.stage_id = t.stage_id
JOIN configurations AS c
  ON c.stage_id = t.stage_id AND c.configuration = t.configuration
LEFT JOIN results AS r ON r.trial_id = coalesce(t.same_as, t.trial_id)
LEFT JOIN attempts AS a
  ON a.trial_id = t.trial_id AND a.number = t.attempt_count;

CREATE VIEW configuration_results AS
WITH
-- `accuracy` is of the replicates that count; its mean comes first, so that
-- the deviation is summed from differences, which do not cancel.
replicate_results AS (
  SELECT *, avg(accuracy) OVER (
      PARTITION BY search, stage, configuration) AS mean
  FROM (
    SELECT *, iif(state = 'SUCCEEDED', validation_accuracy, NULL) AS accuracy
    FROM trial_results)),
configuration_sums AS (
  SELECT
    search, stage, configuration, lambda, eta, parameters, mean,
    -- The trial that was trained for its first replicate: the same for
    -- configurations that are.
    min(iif(replicate = 0, coalesce(same_as, trial), NULL)) AS root,
    min(iif(replicate = 0, same_as IS NOT NULL, NULL)) AS reused,
    -- Whether its stage's race has put it out.
    coalesce((
      SELECT configuration NOT IN (
        SELECT value FROM json_each(g.race, '$.contenders'))
      FROM searches AS s JOIN stages AS g ON g.search_id = s.search_id
      WHERE s.name = search AND g.name = stage AND g.race IS NOT NULL), 0)
      AS is_out,
    count(accuracy) AS n,
    sum((accuracy - mean) * (accuracy - mean)) AS squares,
    avg(iif(state = 'SUCCEEDED', train_accuracy, NULL)) AS train_accuracy,
    avg(iif(state = 'SUCCEEDED', test_accuracy, NULL)) AS test_accuracy,
    count(*) AS replicates,
    sum(state = 'SUCCEEDED') AS succeeded,
    sum(state = 'DIVERGED') AS diverged,
    sum(state = 'FAILED') AS failed,
    sum(state = 'CANCELLED') AS cancelled,
    sum(state IN ('QUEUED', 'RUNNING', 'SUSPENDED')) AS open,
    sum(state = 'STOPPED') AS stopped
  FROM replicate_results
  GROUP BY search, stage, configuration),
configuration_widths AS (
  SELECT *,
    iif(n > 1, sqrt(squares / (n - 1)), iif(n = 1, 0.0, NULL)) AS deviation,
    iif(n > 1,
        sqrt(squares / (n - 1) / n) * (
          SELECT t_975 FROM student_t WHERE degrees <= n - 1
          ORDER BY degrees DESC LIMIT 1),
        NULL) AS half_width_95,
    -- Of those that are the same one is ranked.
    n > 0 AND row_number() OVER (
      PARTITION BY search, root
      ORDER BY replicates DESC, reused, stage, configuration) = 1 AS ranked,
    n > 0 AND row_number() OVER (
      PARTITION BY search, stage, root
      ORDER BY replicates DESC, reused, configuration) = 1 AS stage_ranked
  FROM configuration_sums)
SELECT
  search,
  -- What is not ranked comes last, so that the others count from 1.
  iif(ranked, row_number() OVER (
        PARTITION BY search
        ORDER BY NOT ranked, is_out, diverged + failed > 0, mean DESC, stage,
          configuration),
      NULL) AS rank,
  iif(stage_ranked, row_number() OVER (
        PARTITION BY search, stage
        ORDER BY NOT stage_ranked, is_out, diverged + failed > 0, mean DESC,
          configuration),
      NULL) AS stage_rank,
  stage, configuration, lambda, eta, parameters,
  n, mean, deviation, half_width_95,
  mean - half_width_95 AS low_95,
  mean + half_width_95 AS high_95,
  train_accuracy, test_accuracy,
  replicates, succeeded, diverged, failed, cancelled, open, stopped
FROM configuration_widths;

CREATE VIEW best_trials AS
SELECT
  search,
  row_number() OVER (
    PARTITION BY search ORDER BY validation_accuracy DESC, trial) AS rank,
  stage, trial, configuration, replicate, lambda, eta, parameters,
  train_accuracy, validation_accuracy, test_accuracy, cost, updates, seconds,
  worker, attempts
FROM trial_results
WHERE state = 'SUCCEEDED' AND validation_accuracy IS NOT NULL;

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
  g.end_time,
  n.suspended,
  n.stopped,
  g.race
FROM stages AS g
JOIN searches AS s ON s.search_id = g.search_id AND s.delete_time IS NULL
JOIN stage_counts AS n ON n.stage_id = g.stage_id;
)sql";

}  // namespace etalon::sqlite
