"""Fills a coordinator's database with trials that have ended.

Searches and their queued trials are made by the coordinator itself; what a
million leases and completions would have left is written by SQL, row for row as
storage/sqlite writes it: an attempt, a measurement and a result of every trial,
and two events.
"""
import sqlite3

TIME = "2026-01-01T00:00:00.000000Z"

ENDED = f"""
INSERT OR IGNORE INTO workers (worker_id, display_name, owner, capabilities, state,
  register_time, last_seen_time)
VALUES (1, 'filler', '', '{{}}', 'GONE', '{TIME}', '{TIME}');
INSERT INTO attempts (trial_id, number, worker_id, request_id, state, start_time,
  end_time)
SELECT trial_id, 1, 1, 'filler-' || trial_id, 'COMPLETED', '{TIME}', '{TIME}'
FROM trials WHERE state = 'QUEUED' ORDER BY trial_id;
INSERT INTO measurements (trial_id, attempt, updates, epoch, learning_rate,
  validation_loss, validation_cost, validation_accuracy)
SELECT trial_id, 1, 100, 1, 0.01, 2, 2, (trial_id % 1000) / 1000.0
FROM trials WHERE state = 'QUEUED' ORDER BY trial_id;
INSERT INTO results (trial_id, attempt, training_nanoseconds, updates, epoch,
  learning_rate, validation_loss, validation_cost, validation_accuracy)
SELECT trial_id, 1, 1000000000, 100, 1, 0.01, 2, 2, (trial_id % 1000) / 1000.0
FROM trials WHERE state = 'QUEUED' ORDER BY trial_id;
INSERT INTO events (time, subject, search_id, stage_id, trial_id, attempt,
  worker_id, state, attempt_state)
SELECT '{TIME}', 'TRIAL', search_id, stage_id, trial_id, 1, 1, s.column1, s.column2
FROM trials, (VALUES ('RUNNING', 'LEASED'), ('SUCCEEDED', 'COMPLETED')) AS s
WHERE state = 'QUEUED' ORDER BY trial_id;
UPDATE workers SET completed_trials = completed_trials +
  (SELECT count(*) FROM trials WHERE state = 'QUEUED') WHERE worker_id = 1;
UPDATE trials SET state = 'SUCCEEDED', attempt_count = 1, end_time = '{TIME}',
  validation_accuracy = (trial_id % 1000) / 1000.0
WHERE state = 'QUEUED';
UPDATE stage_counts SET succeeded = succeeded + queued, queued = 0;
UPDATE stages SET state = 'COMPLETE', end_time = '{TIME}'
WHERE state = 'RUNNING';
UPDATE searches SET state = 'SUCCEEDED', start_time = '{TIME}',
  end_time = '{TIME}' WHERE state = 'RUNNING';
"""


def fill(programs, folder, database, trials, prefix="filler"):
    """Leaves `trials` more trials, ended, in a database, new or not."""
    with programs.server(folder, database) as server:
        programs.load("create", "--server", server.address, "--prefix", prefix,
                      "--trials", trials)
    connection = sqlite3.connect(database)
    connection.executescript("PRAGMA foreign_keys = ON; BEGIN;" + ENDED +
                             "COMMIT; PRAGMA wal_checkpoint(TRUNCATE);")
    connection.close()
