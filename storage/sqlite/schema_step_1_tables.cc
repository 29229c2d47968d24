#include "storage/sqlite/schema.h"

// Schema step 1: the tables. docs/database.md explains them.
//
// Values: times are RFC 3339 text in UTC, states the names of the .proto files,
// JSON that of storage/sqlite/values.h. AUTOINCREMENT: an id that a lease token
// or a page token may carry is never used again. Partial indices hold the few
// rows that are open, so that what the coordinator asks all the time does not
// slow down with the number of trials that are done. Checks on what is written
// all the time are chains of OR: for IN with more than two values SQLite builds
// and drops a table in every statement.

namespace etalon::sqlite {

const char kSchemaStep1Tables[] = R"sql(
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  generation INTEGER NOT NULL
) STRICT;

CREATE TABLE searches (
  search_id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  spec TEXT NOT NULL,
  state TEXT NOT NULL CHECK (
    state IN ('RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  message TEXT NOT NULL DEFAULT '',
  create_time TEXT NOT NULL,
  start_time TEXT,
  end_time TEXT
) STRICT;
CREATE INDEX searches_open ON searches (search_id)
  WHERE state IN ('RUNNING', 'PAUSED');

CREATE TABLE requests (
  request_id TEXT PRIMARY KEY,
  search_id INTEGER NOT NULL REFERENCES searches,
  create_time TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stages (
  stage_id INTEGER PRIMARY KEY AUTOINCREMENT,
  search_id INTEGER NOT NULL REFERENCES searches,
  position INTEGER NOT NULL CHECK (position >= 0),
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (
    state IN ('PENDING', 'RUNNING', 'COMPLETE', 'SKIPPED')),
  training TEXT NOT NULL,
  evaluate_test INTEGER NOT NULL CHECK (evaluate_test IN (0, 1)),
  planned_trials INTEGER NOT NULL,
  box TEXT NOT NULL DEFAULT '[]',
  start_time TEXT,
  end_time TEXT,
  UNIQUE (search_id, position),
  UNIQUE (search_id, name)
) STRICT;

CREATE TABLE configurations (
  stage_id INTEGER NOT NULL REFERENCES stages,
  configuration INTEGER NOT NULL CHECK (configuration >= 0),
  parameters TEXT NOT NULL,
  lambda REAL NOT NULL,
  eta REAL NOT NULL,
  PRIMARY KEY (stage_id, configuration)
) STRICT, WITHOUT ROWID;

CREATE TABLE trials (
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
    state = 'DIVERGED' OR state = 'FAILED' OR state = 'CANCELLED'),
  attempt_count INTEGER NOT NULL DEFAULT 0,
  failure_reason TEXT CHECK (
    failure_reason IS NULL OR failure_reason = 'DIVERGED' OR
    failure_reason = 'WORKER_LOST' OR failure_reason = 'INVALID' OR
    failure_reason = 'CANCELLED' OR failure_reason = 'INTERNAL'),
  failure_message TEXT,
  failure_update INTEGER,
  create_time TEXT NOT NULL,
  end_time TEXT,
  UNIQUE (search_id, number),
  UNIQUE (stage_id, configuration, replicate),
  FOREIGN KEY (stage_id, configuration) REFERENCES configurations,
  CHECK ((end_time IS NULL) = (state IN ('QUEUED', 'RUNNING')))
) STRICT;
CREATE INDEX trials_queued ON trials (search_id, number)
  WHERE state = 'QUEUED';
CREATE INDEX trials_by_state ON trials (stage_id, state);

CREATE TABLE workers (
  worker_id INTEGER PRIMARY KEY AUTOINCREMENT,
  display_name TEXT NOT NULL,
  owner TEXT NOT NULL,
  capabilities TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ALIVE', 'GONE')),
  request_id TEXT UNIQUE,
  completed_trials INTEGER NOT NULL DEFAULT 0,
  register_time TEXT NOT NULL,
  last_seen_time TEXT NOT NULL
) STRICT;

CREATE TABLE attempts (
  attempt_id INTEGER PRIMARY KEY,
  trial_id INTEGER NOT NULL REFERENCES trials,
  number INTEGER NOT NULL CHECK (number >= 1),
  worker_id INTEGER NOT NULL REFERENCES workers,
  request_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (
    state = 'LEASED' OR state = 'COMPLETED' OR state = 'RETURNED' OR
    state = 'LOST' OR state = 'ABANDONED'),
  message TEXT NOT NULL DEFAULT '',
  start_time TEXT NOT NULL,
  end_time TEXT,
  UNIQUE (trial_id, number),
  CHECK ((end_time IS NULL) = (state = 'LEASED'))
) STRICT;
CREATE INDEX attempts_leased ON attempts (worker_id, request_id)
  WHERE state = 'LEASED';

CREATE TABLE measurements (
  trial_id INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  updates INTEGER NOT NULL CHECK (updates >= 1),
  -- Where the weights measured are earlier ones; else NULL.
  weights_update INTEGER CHECK (weights_update BETWEEN 1 AND updates - 1),
  epoch REAL NOT NULL,
  learning_rate REAL NOT NULL,
  train_loss REAL, train_cost REAL, train_accuracy REAL,
  validation_loss REAL, validation_cost REAL, validation_accuracy REAL,
  test_loss REAL, test_cost REAL, test_accuracy REAL,
  PRIMARY KEY (trial_id, attempt, updates),
  FOREIGN KEY (trial_id, attempt) REFERENCES attempts (trial_id, number)
) STRICT, WITHOUT ROWID;

-- The primary key is the promise that a trial's result counts once.
CREATE TABLE results (
  trial_id INTEGER PRIMARY KEY REFERENCES trials,
  attempt INTEGER NOT NULL,
  training_nanoseconds INTEGER NOT NULL,
  -- Trials trained side by side, this one among them; NULL where the worker
  -- did not say. Why it was trained apart from others; else NULL.
  fusion_width INTEGER CHECK (fusion_width >= 1),
  apart_because TEXT,
  updates INTEGER,
  weights_update INTEGER,
  epoch REAL,
  learning_rate REAL,
  train_loss REAL, train_cost REAL, train_accuracy REAL,
  validation_loss REAL, validation_cost REAL, validation_accuracy REAL,
  test_loss REAL, test_cost REAL, test_accuracy REAL,
  FOREIGN KEY (trial_id, attempt) REFERENCES attempts (trial_id, number)
) STRICT;

-- The model of the attempt at work, as far as it was sent, or of the one that
-- gave the result. Others do not keep theirs.
CREATE TABLE models (
  trial_id INTEGER PRIMARY KEY REFERENCES trials,
  attempt INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 1),
  FOREIGN KEY (trial_id, attempt) REFERENCES attempts (trial_id, number)
) STRICT;

-- The bytes of a model from `offset` on, one piece after another.
CREATE TABLE model_pieces (
  trial_id INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
  offset INTEGER NOT NULL CHECK (offset >= 0),
  data BLOB NOT NULL CHECK (length(data) BETWEEN 1 AND 1048576),
  UNIQUE (trial_id, offset)
) STRICT;

-- What happened, one row for each change of state. No foreign keys: the log
-- outlives what it speaks of.
CREATE TABLE events (
  event_id INTEGER PRIMARY KEY,
  time TEXT NOT NULL,
  subject TEXT NOT NULL CHECK (
    subject = 'TRIAL' OR subject = 'SEARCH' OR subject = 'STAGE' OR
    subject = 'WORKER'),
  search_id INTEGER,
  stage_id INTEGER,
  trial_id INTEGER,
  attempt INTEGER,
  worker_id INTEGER,
  state TEXT NOT NULL,
  attempt_state TEXT,
  message TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
BEGIN
  SELECT raise(ABORT, 'the event log is append-only');
END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN
  SELECT raise(ABORT, 'the event log is append-only');
END;
)sql";

}  // namespace etalon::sqlite
