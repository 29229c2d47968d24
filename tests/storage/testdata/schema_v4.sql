-- What schema version 4 wrote for tests/storage/sqlite/populated.cc: the output of
-- `sqlite3 FILE .dump` between two pragmas that it leaves out. Never edited.
PRAGMA application_id = 1702128750;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  generation INTEGER NOT NULL
) STRICT;
INSERT INTO meta VALUES(1,-81985529216486896);
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
, delete_time TEXT) STRICT;
INSERT INTO searches VALUES(1,'quickstart','{"name":"quickstart","seed":"9223372036854775807","training":{"dataset":{"name":"synthetic","train":4000},"network":{"hidden":{"values":[50]}},"schedule":{"cyclical":{"eta_max":0.1,"step_size":900,"cycles":2}},"batch_size":100,"evaluation":{"per_cycle":10}},"parameters":[{"name":"lambda","double_range":{"minimum":1e-05,"maximum":0.1,"scale":"LOG"}},{"name":"eta","double_range":{"minimum":0.001,"maximum":0.1,"scale":"LOG"}},{"name":"depth","integer_range":{"minimum":"-3","maximum":"9007199254740993"}},{"name":"activation","categories":{"values":[{"text":"relu"},{"text":"leaky_relu"}]}}],"stages":[{"name":"coarse","sample":{"random":{"count":3}},"replicates":2},{"name":"final","take":{"from":"coarse","top":1},"evaluate_test":true}],"max_attempts":3}','RUNNING','','2023-11-14T22:13:22.000000Z','2023-11-14T22:13:23.000000Z',NULL,NULL);
INSERT INTO searches VALUES(2,'other','{"name":"other","seed":"9223372036854775807","training":{"dataset":{"name":"synthetic","train":4000},"network":{"hidden":{"values":[50]}},"schedule":{"cyclical":{"eta_max":0.1,"step_size":900,"cycles":2}},"batch_size":100,"evaluation":{"per_cycle":10}},"parameters":[{"name":"lambda","double_range":{"minimum":1e-05,"maximum":0.1,"scale":"LOG"}},{"name":"eta","double_range":{"minimum":0.001,"maximum":0.1,"scale":"LOG"}},{"name":"depth","integer_range":{"minimum":"-3","maximum":"9007199254740993"}},{"name":"activation","categories":{"values":[{"text":"relu"},{"text":"leaky_relu"}]}}],"stages":[{"name":"coarse","sample":{"random":{"count":3}},"replicates":2},{"name":"final","take":{"from":"coarse","top":1},"evaluate_test":true}],"max_attempts":3}','CANCELLED','','2023-11-14T22:13:49.000000Z',NULL,'2023-11-14T22:13:54.000000Z',NULL);
CREATE TABLE requests (
  request_id TEXT PRIMARY KEY,
  search_id INTEGER NOT NULL REFERENCES searches,
  create_time TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO requests VALUES('request-1',1,'2023-11-14T22:13:22.000000Z');
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
  end_time TEXT, race TEXT, spent_trials INTEGER NOT NULL DEFAULT 0, spent_updates INTEGER NOT NULL DEFAULT 0,
  UNIQUE (search_id, position),
  UNIQUE (search_id, name)
) STRICT;
INSERT INTO stages VALUES(1,1,0,'coarse','RUNNING','{"dataset":{"name":"synthetic","train":4000},"network":{"hidden":{"values":[50]}},"schedule":{"cyclical":{"eta_max":0.1,"step_size":900,"cycles":2}},"batch_size":100,"evaluation":{"per_cycle":10}}',0,6,'[{"name":"lambda","double_range":{"minimum":1e-05,"maximum":0.1,"scale":"LOG"}},{"name":"eta","double_range":{"minimum":0.001,"maximum":0.1,"scale":"LOG"}},{"name":"depth","integer_range":{"minimum":"-3","maximum":"9007199254740993"}},{"name":"activation","categories":{"values":[{"text":"relu"},{"text":"leaky_relu"}]}}]','2023-11-14T22:13:24.000000Z',NULL,NULL,0,0);
INSERT INTO stages VALUES(2,1,1,'final','RUNNING','{"dataset":{"name":"synthetic","train":4000},"network":{"hidden":{"values":[50]}},"schedule":{"cyclical":{"eta_max":0.1,"step_size":900,"cycles":2}},"batch_size":100,"evaluation":{"per_cycle":10}}',1,1,'[{"name":"lambda","double_range":{"minimum":1e-05,"maximum":0.1,"scale":"LOG"}},{"name":"eta","double_range":{"minimum":0.001,"maximum":0.1,"scale":"LOG"}},{"name":"depth","integer_range":{"minimum":"-3","maximum":"9007199254740993"}},{"name":"activation","categories":{"values":[{"text":"relu"},{"text":"leaky_relu"}]}}]','2023-11-14T22:13:42.000000Z',NULL,NULL,0,0);
INSERT INTO stages VALUES(3,2,0,'coarse','SKIPPED','{"dataset":{"name":"synthetic","train":4000},"network":{"hidden":{"values":[50]}},"schedule":{"cyclical":{"eta_max":0.1,"step_size":900,"cycles":2}},"batch_size":100,"evaluation":{"per_cycle":10}}',0,6,'[{"name":"lambda","double_range":{"minimum":1e-05,"maximum":0.1,"scale":"LOG"}},{"name":"eta","double_range":{"minimum":0.001,"maximum":0.1,"scale":"LOG"}},{"name":"depth","integer_range":{"minimum":"-3","maximum":"9007199254740993"}},{"name":"activation","categories":{"values":[{"text":"relu"},{"text":"leaky_relu"}]}}]','2023-11-14T22:13:50.000000Z','2023-11-14T22:13:54.000000Z',NULL,0,0);
INSERT INTO stages VALUES(4,2,1,'final','SKIPPED','{"dataset":{"name":"synthetic","train":4000},"network":{"hidden":{"values":[50]}},"schedule":{"cyclical":{"eta_max":0.1,"step_size":900,"cycles":2}},"batch_size":100,"evaluation":{"per_cycle":10}}',1,1,'[]',NULL,NULL,NULL,0,0);
CREATE TABLE configurations (
  stage_id INTEGER NOT NULL REFERENCES stages,
  configuration INTEGER NOT NULL CHECK (configuration >= 0),
  parameters TEXT NOT NULL,
  lambda REAL NOT NULL,
  eta REAL NOT NULL, thresholds TEXT NOT NULL DEFAULT '[]', unseen TEXT NOT NULL DEFAULT '[]', fingerprint INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (stage_id, configuration)
) STRICT, WITHOUT ROWID;
INSERT INTO configurations VALUES(1,0,'{"lambda":1e-05,"eta":0.03333333333333333,"depth":9007199254740993,"activation":"relu"}',1.0000000000000000817e-05,0.03333333333333333287,'[]','[]',0);
INSERT INTO configurations VALUES(1,1,'{"lambda":2.5198420997897464e-05,"eta":0.025,"depth":9007199254740992,"activation":"leaky_relu"}',2.5198420997897464279e-05,0.025000000000000001387,'[]','[]',0);
INSERT INTO configurations VALUES(1,2,'{"lambda":4.3267487109222245e-05,"eta":0.02,"depth":9007199254740991,"activation":"relu"}',4.3267487109222245436e-05,0.020000000000000000416,'[]','[]',0);
INSERT INTO configurations VALUES(1,3,'{"lambda":6.349604207872798e-05,"eta":0.016666666666666666,"depth":9007199254740990,"activation":"leaky_relu"}',6.3496042078727983593e-05,0.016666666666666666435,'[]','[]',0);
INSERT INTO configurations VALUES(2,0,'{"lambda":1e-05,"eta":0.03333333333333333,"depth":9007199254740993,"activation":"relu"}',1.0000000000000000817e-05,0.03333333333333333287,'[]','[]',0);
INSERT INTO configurations VALUES(3,0,'{"lambda":1e-05,"eta":0.03333333333333333,"depth":9007199254740993,"activation":"relu"}',1.0000000000000000817e-05,0.03333333333333333287,'[]','[]',0);
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
INSERT INTO workers VALUES(1,'host-1','gpu-1','{}','ALIVE','w',10,'2023-11-14T22:13:21.000000Z','2023-11-14T22:13:21.000000Z');
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
INSERT INTO measurements VALUES(1,1,1800,NULL,40.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.25,NULL,NULL,NULL);
INSERT INTO measurements VALUES(1,1,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.5,NULL,NULL,NULL);
INSERT INTO measurements VALUES(2,1,1800,NULL,40.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.25,NULL,NULL,NULL);
INSERT INTO measurements VALUES(2,1,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.59999999999999997779,NULL,NULL,NULL);
INSERT INTO measurements VALUES(3,1,1800,NULL,40.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.25,NULL,NULL,NULL);
INSERT INTO measurements VALUES(3,1,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.57999999999999996003,NULL,NULL,NULL);
INSERT INTO measurements VALUES(5,1,1800,NULL,40.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.25,NULL,NULL,NULL);
INSERT INTO measurements VALUES(5,1,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.5500000000000000444,NULL,NULL,NULL);
INSERT INTO measurements VALUES(6,1,1800,NULL,40.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.25,NULL,NULL,NULL);
INSERT INTO measurements VALUES(6,1,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.5500000000000000444,NULL,NULL,NULL);
INSERT INTO measurements VALUES(8,2,45,NULL,1.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.29999999999999998889,NULL,NULL,NULL);
INSERT INTO measurements VALUES(9,1,1800,NULL,40.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.25,NULL,NULL,NULL);
INSERT INTO measurements VALUES(9,1,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.60999999999999998667,0.0,0.0,0.58999999999999996891);
INSERT INTO measurements VALUES(10,1,1800,NULL,40.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.25,NULL,NULL,NULL);
INSERT INTO measurements VALUES(10,1,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.61999999999999999555,0.0,0.0,0.59999999999999997779);
INSERT INTO measurements VALUES(11,1,1800,NULL,40.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.25,NULL,NULL,NULL);
INSERT INTO measurements VALUES(11,1,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.66000000000000003108,0.0,0.0,0.64000000000000001332);
INSERT INTO measurements VALUES(13,1,1800,NULL,40.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.25,NULL,NULL,NULL);
INSERT INTO measurements VALUES(13,1,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.9000000000000000222,NULL,NULL,NULL);
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
INSERT INTO results VALUES(1,1,2600000001,10,NULL,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.5,NULL,NULL,NULL);
INSERT INTO results VALUES(2,1,2600000001,10,NULL,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.59999999999999997779,NULL,NULL,NULL);
INSERT INTO results VALUES(3,1,2600000001,10,NULL,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.57999999999999996003,NULL,NULL,NULL);
INSERT INTO results VALUES(4,1,1000000000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO results VALUES(5,1,2600000001,10,NULL,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.5500000000000000444,NULL,NULL,NULL);
INSERT INTO results VALUES(6,1,2600000001,10,NULL,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.5500000000000000444,NULL,NULL,NULL);
INSERT INTO results VALUES(9,1,2600000001,1,'they are other replicates',3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.60999999999999998667,0.0,0.0,0.58999999999999996891);
INSERT INTO results VALUES(10,1,2600000001,1,'they are other replicates',3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.61999999999999999555,0.0,0.0,0.59999999999999997779);
INSERT INTO results VALUES(11,1,2600000001,1,'they are other replicates',3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.66000000000000003108,0.0,0.0,0.64000000000000001332);
INSERT INTO results VALUES(13,1,2600000001,10,NULL,3600,NULL,80.0,0.03333333333333333287,0.33333333333333331482,0.66666666666666662965,0.75,1.3333333333333332593,1.6666666666666667406,0.9000000000000000222,NULL,NULL,NULL);
CREATE TABLE models (
  trial_id INTEGER PRIMARY KEY REFERENCES trials,
  attempt INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 1),
  FOREIGN KEY (trial_id, attempt) REFERENCES attempts (trial_id, number)
) STRICT;
INSERT INTO models VALUES(9,1,6);
INSERT INTO models VALUES(10,1,6);
INSERT INTO models VALUES(11,1,6);
CREATE TABLE model_pieces (
  trial_id INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
  offset INTEGER NOT NULL CHECK (offset >= 0),
  data BLOB NOT NULL CHECK (length(data) BETWEEN 1 AND 1048576),
  UNIQUE (trial_id, offset)
) STRICT;
INSERT INTO model_pieces VALUES(9,0,X'610062');
INSERT INTO model_pieces VALUES(9,3,X'636465');
INSERT INTO model_pieces VALUES(10,0,X'610062');
INSERT INTO model_pieces VALUES(10,3,X'636465');
INSERT INTO model_pieces VALUES(11,0,X'610062');
INSERT INTO model_pieces VALUES(11,3,X'636465');
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
INSERT INTO events VALUES(1,'2023-11-14T22:13:21.000000Z','WORKER',NULL,NULL,NULL,NULL,1,'ALIVE',NULL,'');
INSERT INTO events VALUES(2,'2023-11-14T22:13:22.000000Z','SEARCH',1,NULL,NULL,NULL,NULL,'RUNNING',NULL,'');
INSERT INTO events VALUES(3,'2023-11-14T22:13:24.000000Z','STAGE',1,1,NULL,NULL,NULL,'RUNNING',NULL,'');
INSERT INTO events VALUES(4,'2023-11-14T22:13:25.000000Z','TRIAL',1,1,1,1,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(5,'2023-11-14T22:13:26.000000Z','TRIAL',1,1,1,1,1,'SUCCEEDED','COMPLETED','');
INSERT INTO events VALUES(6,'2023-11-14T22:13:27.000000Z','TRIAL',1,1,2,1,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(7,'2023-11-14T22:13:28.000000Z','TRIAL',1,1,2,1,1,'SUCCEEDED','COMPLETED','');
INSERT INTO events VALUES(8,'2023-11-14T22:13:29.000000Z','TRIAL',1,1,3,1,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(9,'2023-11-14T22:13:30.000000Z','TRIAL',1,1,3,1,1,'SUCCEEDED','COMPLETED','');
INSERT INTO events VALUES(10,'2023-11-14T22:13:31.000000Z','TRIAL',1,1,4,1,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(11,'2023-11-14T22:13:32.000000Z','TRIAL',1,1,4,1,1,'DIVERGED','COMPLETED','');
INSERT INTO events VALUES(12,'2023-11-14T22:13:33.000000Z','TRIAL',1,1,5,1,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(13,'2023-11-14T22:13:34.000000Z','TRIAL',1,1,5,1,1,'SUCCEEDED','COMPLETED','');
INSERT INTO events VALUES(14,'2023-11-14T22:13:35.000000Z','TRIAL',1,1,6,1,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(15,'2023-11-14T22:13:36.000000Z','TRIAL',1,1,6,1,1,'SUCCEEDED','COMPLETED','');
INSERT INTO events VALUES(16,'2023-11-14T22:13:37.000000Z','TRIAL',1,1,7,1,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(17,'2023-11-14T22:13:38.000000Z','TRIAL',1,1,7,1,1,'FAILED','LOST','lease expired');
INSERT INTO events VALUES(18,'2023-11-14T22:13:39.000000Z','TRIAL',1,1,8,1,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(19,'2023-11-14T22:13:40.000000Z','TRIAL',1,1,8,1,1,'QUEUED','RETURNED','no data set ''cifar10''');
INSERT INTO events VALUES(20,'2023-11-14T22:13:41.000000Z','TRIAL',1,1,8,2,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(21,'2023-11-14T22:13:42.000000Z','STAGE',1,2,NULL,NULL,NULL,'RUNNING',NULL,'');
INSERT INTO events VALUES(22,'2023-11-14T22:13:43.000000Z','TRIAL',1,2,9,1,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(23,'2023-11-14T22:13:44.000000Z','TRIAL',1,2,9,1,1,'SUCCEEDED','COMPLETED','');
INSERT INTO events VALUES(24,'2023-11-14T22:13:45.000000Z','TRIAL',1,2,10,1,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(25,'2023-11-14T22:13:46.000000Z','TRIAL',1,2,10,1,1,'SUCCEEDED','COMPLETED','');
INSERT INTO events VALUES(26,'2023-11-14T22:13:47.000000Z','TRIAL',1,2,11,1,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(27,'2023-11-14T22:13:48.000000Z','TRIAL',1,2,11,1,1,'SUCCEEDED','COMPLETED','');
INSERT INTO events VALUES(28,'2023-11-14T22:13:49.000000Z','SEARCH',2,NULL,NULL,NULL,NULL,'RUNNING',NULL,'');
INSERT INTO events VALUES(29,'2023-11-14T22:13:50.000000Z','STAGE',2,3,NULL,NULL,NULL,'RUNNING',NULL,'');
INSERT INTO events VALUES(30,'2023-11-14T22:13:51.000000Z','TRIAL',2,3,13,1,1,'RUNNING','LEASED','');
INSERT INTO events VALUES(31,'2023-11-14T22:13:52.000000Z','TRIAL',2,3,13,1,1,'SUCCEEDED','COMPLETED','');
INSERT INTO events VALUES(32,'2023-11-14T22:13:53.000000Z','TRIAL',2,3,14,NULL,NULL,'CANCELLED',NULL,'cancelled by a user');
INSERT INTO events VALUES(33,'2023-11-14T22:13:54.000000Z','SEARCH',2,NULL,NULL,NULL,NULL,'CANCELLED',NULL,'');
INSERT INTO events VALUES(34,'2023-11-14T22:13:54.000000Z','STAGE',2,3,NULL,NULL,NULL,'SKIPPED',NULL,'');
INSERT INTO events VALUES(35,'2023-11-14T22:13:54.000000Z','STAGE',2,4,NULL,NULL,NULL,'SKIPPED',NULL,'');
CREATE TABLE student_t (
  degrees INTEGER PRIMARY KEY,
  t_975 REAL NOT NULL
) STRICT;
INSERT INTO student_t VALUES(1,12.706204736174694147);
INSERT INTO student_t VALUES(2,4.3026527297494618906);
INSERT INTO student_t VALUES(3,3.1824463052837086429);
INSERT INTO student_t VALUES(4,2.776445105197793417);
INSERT INTO student_t VALUES(5,2.5705818356363145937);
INSERT INTO student_t VALUES(6,2.4469118511449794439);
INSERT INTO student_t VALUES(7,2.364624251592784887);
INSERT INTO student_t VALUES(8,2.3060041352041662499);
INSERT INTO student_t VALUES(9,2.2621571627982048902);
INSERT INTO student_t VALUES(10,2.2281388519862743713);
INSERT INTO student_t VALUES(11,2.2009851600916392477);
INSERT INTO student_t VALUES(12,2.1788128296672284456);
INSERT INTO student_t VALUES(13,2.1603686564627921917);
INSERT INTO student_t VALUES(14,2.1447866879178034693);
INSERT INTO student_t VALUES(15,2.1314495455597750606);
INSERT INTO student_t VALUES(16,2.1199052992212541468);
INSERT INTO student_t VALUES(17,2.1098155778333165244);
INSERT INTO student_t VALUES(18,2.1009220402410382355);
INSERT INTO student_t VALUES(19,2.0930240544083091869);
INSERT INTO student_t VALUES(20,2.0859634472658643566);
INSERT INTO student_t VALUES(21,2.079613844727679961);
INSERT INTO student_t VALUES(22,2.0738730679040258131);
INSERT INTO student_t VALUES(23,2.068657610419048165);
INSERT INTO student_t VALUES(24,2.0638985616280254298);
INSERT INTO student_t VALUES(25,2.0595385527532972247);
INSERT INTO student_t VALUES(26,2.0555294386428726305);
INSERT INTO student_t VALUES(27,2.0518305164802850271);
INSERT INTO student_t VALUES(28,2.0484071417952445237);
INSERT INTO student_t VALUES(29,2.0452296421327038622);
INSERT INTO student_t VALUES(30,2.0422724563012377707);
INSERT INTO student_t VALUES(31,2.0395134463964081916);
INSERT INTO student_t VALUES(32,2.0369333434601015753);
INSERT INTO student_t VALUES(33,2.0345152974493383446);
INSERT INTO student_t VALUES(34,2.0322445093177186059);
INSERT INTO student_t VALUES(35,2.030107928250342919);
INSERT INTO student_t VALUES(36,2.0280940009804506729);
INSERT INTO student_t VALUES(37,2.0261924630291092697);
INSERT INTO student_t VALUES(38,2.0243941639119693576);
INSERT INTO student_t VALUES(39,2.0226909200367608754);
INSERT INTO student_t VALUES(40,2.021075390306272812);
INSERT INTO student_t VALUES(41,2.0195409704413758156);
INSERT INTO student_t VALUES(42,2.0180817028184443451);
INSERT INTO student_t VALUES(43,2.016692199227823945);
INSERT INTO student_t VALUES(44,2.0153675744437635763);
INSERT INTO student_t VALUES(45,2.0141033888808461682);
INSERT INTO student_t VALUES(46,2.0128955989194285969);
INSERT INTO student_t VALUES(47,2.0117405137297654782);
INSERT INTO student_t VALUES(48,2.0106347576242318275);
INSERT INTO student_t VALUES(49,2.0095752371292392446);
INSERT INTO student_t VALUES(50,2.0085591121007606574);
INSERT INTO student_t VALUES(51,2.0075837703158354585);
INSERT INTO student_t VALUES(52,2.0066468050616879104);
INSERT INTO student_t VALUES(53,2.0057459953178686795);
INSERT INTO student_t VALUES(54,2.0048792881880568295);
INSERT INTO student_t VALUES(55,2.0040447832891454815);
INSERT INTO student_t VALUES(56,2.003240718847871804);
INSERT INTO student_t VALUES(57,2.0024654592910069439);
INSERT INTO student_t VALUES(58,2.0017174841452356481);
INSERT INTO student_t VALUES(59,2.0009953780882674401);
INSERT INTO student_t VALUES(60,2.0002978220142599852);
INSERT INTO student_t VALUES(61,1.999623584994939307);
INSERT INTO student_t VALUES(62,1.9989715170333786087);
INSERT INTO student_t VALUES(63,1.9983405425207412253);
INSERT INTO student_t VALUES(64,1.9977296543176925602);
INSERT INTO student_t VALUES(65,1.99713790839200378);
INSERT INTO student_t VALUES(66,1.9965644189523115148);
INSERT INTO student_t VALUES(67,1.9960083540252961942);
INSERT INTO student_t VALUES(68,1.9954689314298434954);
INSERT INTO student_t VALUES(69,1.9949454151072376628);
INSERT INTO student_t VALUES(70,1.9944371117711860996);
INSERT INTO student_t VALUES(71,1.993943367845625314);
INSERT INTO student_t VALUES(72,1.9934635666618720772);
INSERT INTO student_t VALUES(73,1.9929971258898546704);
INSERT INTO student_t VALUES(74,1.9925434951809322114);
INSERT INTO student_t VALUES(75,1.9921021540022416651);
INSERT INTO student_t VALUES(76,1.9916726096446641935);
INSERT INTO student_t VALUES(77,1.9912543953883845571);
INSERT INTO student_t VALUES(78,1.9908470688116906011);
INSERT INTO student_t VALUES(79,1.9904502102301284693);
INSERT INTO student_t VALUES(80,1.9900634212544456858);
INSERT INTO student_t VALUES(81,1.9896863234569024392);
INSERT INTO student_t VALUES(82,1.9893185571365721298);
INSERT INTO student_t VALUES(83,1.9889597801751623951);
INSERT INTO student_t VALUES(84,1.988609666975708734);
INSERT INTO student_t VALUES(85,1.9882679074772215965);
INSERT INTO student_t VALUES(86,1.9879342062390201739);
INSERT INTO student_t VALUES(87,1.9876082815890707689);
INSERT INTO student_t VALUES(88,1.987289864831169206);
INSERT INTO student_t VALUES(89,1.9869786995062810319);
INSERT INTO student_t VALUES(90,1.9866745407037680326);
INSERT INTO student_t VALUES(91,1.9863771544186177298);
INSERT INTO student_t VALUES(92,1.9860863169511300263);
INSERT INTO student_t VALUES(93,1.9858018143458229243);
INSERT INTO student_t VALUES(94,1.9855234418666038997);
INSERT INTO student_t VALUES(95,1.9852510035054977688);
INSERT INTO student_t VALUES(96,1.9849843115224570233);
INSERT INTO student_t VALUES(97,1.9847231860139842307);
INSERT INTO student_t VALUES(98,1.9844674545084814987);
INSERT INTO student_t VALUES(99,1.9842169515864171991);
INSERT INTO student_t VALUES(100,1.9839715185235518024);
CREATE TABLE stage_counts (
  stage_id INTEGER PRIMARY KEY REFERENCES stages,
  queued INTEGER NOT NULL DEFAULT 0 CHECK (queued >= 0),
  running INTEGER NOT NULL DEFAULT 0 CHECK (running >= 0),
  succeeded INTEGER NOT NULL DEFAULT 0,
  diverged INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0
, suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended >= 0), stopped INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO stage_counts VALUES(1,0,1,5,1,1,0,0,0);
INSERT INTO stage_counts VALUES(2,1,0,3,0,0,0,0,0);
INSERT INTO stage_counts VALUES(3,0,0,1,0,0,1,0,0);
INSERT INTO stage_counts VALUES(4,0,0,0,0,0,0,0,0);
CREATE TABLE IF NOT EXISTS "trials" (
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
INSERT INTO trials VALUES(1,1,1,1,0,0,9223372036854775807,0,'SUCCEEDED',1,NULL,NULL,NULL,'2023-11-14T22:13:24.000000Z','2023-11-14T22:13:26.000000Z',0.5,0,NULL);
INSERT INTO trials VALUES(2,1,2,1,0,1,9223372036854775806,1,'SUCCEEDED',1,NULL,NULL,NULL,'2023-11-14T22:13:24.000000Z','2023-11-14T22:13:28.000000Z',0.59999999999999997779,0,NULL);
INSERT INTO trials VALUES(3,1,3,1,1,0,9223372036854774807,0,'SUCCEEDED',1,NULL,NULL,NULL,'2023-11-14T22:13:24.000000Z','2023-11-14T22:13:30.000000Z',0.57999999999999996003,0,NULL);
INSERT INTO trials VALUES(4,1,4,1,1,1,9223372036854774806,1,'DIVERGED',1,'DIVERGED','',17,'2023-11-14T22:13:24.000000Z','2023-11-14T22:13:32.000000Z',NULL,0,NULL);
INSERT INTO trials VALUES(5,1,5,1,2,0,9223372036854773807,0,'SUCCEEDED',1,NULL,NULL,NULL,'2023-11-14T22:13:24.000000Z','2023-11-14T22:13:34.000000Z',0.5500000000000000444,0,NULL);
INSERT INTO trials VALUES(6,1,6,1,2,1,9223372036854773806,1,'SUCCEEDED',1,NULL,NULL,NULL,'2023-11-14T22:13:24.000000Z','2023-11-14T22:13:36.000000Z',0.5500000000000000444,0,NULL);
INSERT INTO trials VALUES(7,1,7,1,3,0,9223372036854772807,0,'FAILED',1,'WORKER_LOST','lost with 1 worker',0,'2023-11-14T22:13:24.000000Z','2023-11-14T22:13:38.000000Z',NULL,0,NULL);
INSERT INTO trials VALUES(8,1,8,1,3,1,9223372036854772806,1,'RUNNING',2,NULL,NULL,NULL,'2023-11-14T22:13:24.000000Z',NULL,NULL,0,NULL);
INSERT INTO trials VALUES(9,1,9,2,0,0,9223372036854775807,0,'SUCCEEDED',1,NULL,NULL,NULL,'2023-11-14T22:13:42.000000Z','2023-11-14T22:13:44.000000Z',0.60999999999999998667,0,NULL);
INSERT INTO trials VALUES(10,1,10,2,0,1,9223372036854775806,1,'SUCCEEDED',1,NULL,NULL,NULL,'2023-11-14T22:13:42.000000Z','2023-11-14T22:13:46.000000Z',0.61999999999999999555,0,NULL);
INSERT INTO trials VALUES(11,1,11,2,0,2,9223372036854775805,2,'SUCCEEDED',1,NULL,NULL,NULL,'2023-11-14T22:13:42.000000Z','2023-11-14T22:13:48.000000Z',0.66000000000000003108,0,NULL);
INSERT INTO trials VALUES(12,1,12,2,0,3,9223372036854775804,3,'QUEUED',0,NULL,NULL,NULL,'2023-11-14T22:13:42.000000Z',NULL,NULL,0,NULL);
INSERT INTO trials VALUES(13,2,1,3,0,0,9223372036854775807,0,'SUCCEEDED',1,NULL,NULL,NULL,'2023-11-14T22:13:50.000000Z','2023-11-14T22:13:52.000000Z',0.9000000000000000222,0,NULL);
INSERT INTO trials VALUES(14,2,2,3,0,1,9223372036854775806,1,'CANCELLED',0,'CANCELLED','cancelled by a user',0,'2023-11-14T22:13:50.000000Z','2023-11-14T22:13:53.000000Z',NULL,0,NULL);
CREATE TABLE IF NOT EXISTS "attempts" (
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
INSERT INTO attempts VALUES(1,1,1,1,'r','COMPLETED','','2023-11-14T22:13:25.000000Z','2023-11-14T22:13:26.000000Z');
INSERT INTO attempts VALUES(2,2,1,1,'r','COMPLETED','','2023-11-14T22:13:27.000000Z','2023-11-14T22:13:28.000000Z');
INSERT INTO attempts VALUES(3,3,1,1,'r','COMPLETED','','2023-11-14T22:13:29.000000Z','2023-11-14T22:13:30.000000Z');
INSERT INTO attempts VALUES(4,4,1,1,'r','COMPLETED','','2023-11-14T22:13:31.000000Z','2023-11-14T22:13:32.000000Z');
INSERT INTO attempts VALUES(5,5,1,1,'r','COMPLETED','','2023-11-14T22:13:33.000000Z','2023-11-14T22:13:34.000000Z');
INSERT INTO attempts VALUES(6,6,1,1,'r','COMPLETED','','2023-11-14T22:13:35.000000Z','2023-11-14T22:13:36.000000Z');
INSERT INTO attempts VALUES(7,7,1,1,'r','LOST','lease expired','2023-11-14T22:13:37.000000Z','2023-11-14T22:13:38.000000Z');
INSERT INTO attempts VALUES(8,8,1,1,'r','RETURNED','no data set ''cifar10''','2023-11-14T22:13:39.000000Z','2023-11-14T22:13:40.000000Z');
INSERT INTO attempts VALUES(9,8,2,1,'r','LEASED','','2023-11-14T22:13:41.000000Z',NULL);
INSERT INTO attempts VALUES(10,9,1,1,'r','COMPLETED','','2023-11-14T22:13:43.000000Z','2023-11-14T22:13:44.000000Z');
INSERT INTO attempts VALUES(11,10,1,1,'r','COMPLETED','','2023-11-14T22:13:45.000000Z','2023-11-14T22:13:46.000000Z');
INSERT INTO attempts VALUES(12,11,1,1,'r','COMPLETED','','2023-11-14T22:13:47.000000Z','2023-11-14T22:13:48.000000Z');
INSERT INTO attempts VALUES(13,13,1,1,'r','COMPLETED','','2023-11-14T22:13:51.000000Z','2023-11-14T22:13:52.000000Z');
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
CREATE TABLE checkpoints (
  trial_id INTEGER NOT NULL REFERENCES trials,
  attempt INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 1),
  PRIMARY KEY (trial_id, attempt),
  FOREIGN KEY (trial_id, attempt) REFERENCES attempts (trial_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoint_pieces (
  trial_id INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  offset INTEGER NOT NULL CHECK (offset >= 0),
  data BLOB NOT NULL CHECK (length(data) BETWEEN 1 AND 1048576),
  UNIQUE (trial_id, attempt, offset),
  FOREIGN KEY (trial_id, attempt) REFERENCES checkpoints ON DELETE CASCADE
) STRICT;
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('trials',14);
INSERT INTO sqlite_sequence VALUES('workers',1);
INSERT INTO sqlite_sequence VALUES('searches',2);
INSERT INTO sqlite_sequence VALUES('stages',4);
CREATE INDEX searches_open ON searches (search_id)
  WHERE state IN ('RUNNING', 'PAUSED');
CREATE INDEX searches_deleted ON searches (search_id)
  WHERE delete_time IS NOT NULL;
CREATE INDEX requests_by_search ON requests (search_id);
CREATE INDEX trials_by_state ON trials (search_id, state, number);
CREATE INDEX trials_by_accuracy
  ON trials (search_id, validation_accuracy DESC, number, stage_id)
  WHERE validation_accuracy IS NOT NULL;
CREATE INDEX trials_same ON trials (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX trials_queued ON trials (search_id, number)
  WHERE state = 'QUEUED' AND same_as IS NULL;
CREATE INDEX attempts_leased ON attempts (worker_id, request_id)
  WHERE state = 'LEASED';
CREATE INDEX configurations_alike ON configurations (stage_id, fingerprint)
  WHERE fingerprint <> 0;
CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
BEGIN
  SELECT raise(ABORT, 'the event log is append-only');
END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN
  SELECT raise(ABORT, 'the event log is append-only');
END;
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
FROM configuration_widths
;
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
COMMIT;
PRAGMA user_version = 4;
