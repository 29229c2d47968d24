#include "storage/sqlite/schema.h"

// Schema step 2: trials may fail as QUARANTINED. SQLite changes no CHECK: the
// table is made anew, with its indices (sqlite.org/lang_altertable.html,
// "Making Other Kinds Of Table Schema Changes"). The old way of renaming leaves
// what other tables and views say of it as it is. References are checked again
// at the end of the step.

namespace etalon::sqlite {

const char kSchemaStep2[] = R"sql(
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
    state = 'DIVERGED' OR state = 'FAILED' OR state = 'CANCELLED'),
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
  UNIQUE (search_id, number),
  UNIQUE (stage_id, configuration, replicate),
  FOREIGN KEY (stage_id, configuration) REFERENCES configurations,
  CHECK ((end_time IS NULL) = (state IN ('QUEUED', 'RUNNING')))
) STRICT;
INSERT INTO trials_new SELECT * FROM trials ORDER BY trial_id;
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
CREATE INDEX trials_queued ON trials (search_id, number)
  WHERE state = 'QUEUED';
CREATE INDEX trials_by_state ON trials (stage_id, state);

PRAGMA legacy_alter_table = OFF;
)sql";

}  // namespace etalon::sqlite
