-- The table of RESULTS.md, from a database in which the searches of this folder
-- have run:
--   sqlite3 -readonly course.db < examples/course/results.sql
-- Accuracies in per cent: mean over the seeds, and in brackets the lowest and the
-- highest.

-- One line of the table each: which trials (a search, a stage, and of its
-- configurations those that an expression over `parameters` or the rank picks),
-- and beside which figures they stand. `low` and `high` are the range of PyTorch's
-- test accuracies over three seeds.
CREATE TEMP TABLE lines (
  position INTEGER PRIMARY KEY,
  row TEXT, what TEXT, search TEXT, stage TEXT,
  lambda REAL, eta REAL, batch_norm TEXT, best INTEGER,
  report TEXT, pytorch TEXT, low REAL, high REAL);
INSERT INTO lines
  (row, what, search, stage, lambda, eta, batch_norm, best, report, pytorch, low, high)
VALUES
  ('6', 'overfit 100 images', 'overfit', 'final', NULL, NULL, NULL, NULL,
    'loss near 0', '–', NULL, NULL),
  ('7', 'overfit 50 images, 4 layers, batch norm', 'overfit-batch-norm', 'final',
    NULL, NULL, NULL, NULL, 'train 100', '100 / 15–17 / 15–17', 15, 17),
  ('8', 'cyclical, 1 cycle', 'cyclical-one-cycle', 'final', NULL, NULL, NULL, NULL,
    'test 46.29, 45.65; val 44.71', '60 / 45.6–46.1 / 46.2–46.3', 46.2, 46.3),
  ('9', 'cyclical, 3 cycles', 'cyclical-three-cycles', 'final', NULL, NULL, NULL, NULL,
    'test 48.11, 46.68; val 44.94', '70–71 / 46.6–46.7 / 46.4–46.6', 46.4, 46.6),
  ('10', 'coarse, best three', 'lambda-random', 'coarse', NULL, NULL, NULL, 3,
    'val 52.46, 51.98, 51.62; train 58.7–59.1', '–', NULL, NULL),
  ('10', 'λ 1.2124e-5', 'lambda-random', 'reference', NULL, NULL, NULL, NULL,
    'val 52.46', '55 / 49.3–49.8 / 50.3–50.6', 50.3, 50.6),
  ('11', 'fine, best three', 'lambda-random', 'fine', NULL, NULL, NULL, 3,
    'val 53.40, 52.70, 52.40', '–', NULL, NULL),
  ('12', 'coarse, mean of 5, best three', 'lambda-averaged', 'coarse',
    NULL, NULL, NULL, 3, 'val 51.61, 51.54, 51.51', '–', NULL, NULL),
  ('12', 'λ 2.481e-3', 'lambda-averaged', 'reference', NULL, NULL, NULL, NULL,
    'val 51.61', '57.5 / 50.3–51.2 / 51.1–51.6', 51.1, 51.6),
  ('13', 'fine, linear grid, mean of 5, best three', 'lambda-averaged', 'fine',
    NULL, NULL, NULL, 3, 'val 51.69, 51.52, 51.36', '–', NULL, NULL),
  ('14', 'final, λ 0.001', 'lambda-averaged', 'final', NULL, NULL, NULL, NULL,
    'val 51.9', '60 / 50.9–52.5 / 51.5–52.1', 51.5, 52.1),
  ('15', 'grid of 8 λ, best three', 'lambda-grid', 'coarse', NULL, NULL, NULL, 3,
    '–', '–', NULL, NULL),
  ('15', 'random in the narrower range, best three', 'lambda-grid', 'fine',
    NULL, NULL, NULL, 3, '–', '–', NULL, NULL),
  ('15', 'final, 3 cycles', 'lambda-grid', 'final', NULL, NULL, NULL, NULL,
    'test about 52', 'as 12, 14', 51.1, 52.1),
  ('16', 'deviation 0.001, with batch norm', 'batch-norm-loss', 'final',
    NULL, NULL, 'true', NULL, 'a figure', '–', NULL, NULL),
  ('16', 'deviation 0.001, without', 'batch-norm-loss', 'final',
    NULL, NULL, 'false', NULL, 'the loss hardly moves', '–', NULL, NULL),
  ('17', '300 pairs, best three', 'eta-lambda-pairs', 'first', NULL, NULL, NULL, 3,
    'val 42.17, 41.92, 41.80', '–', NULL, NULL),
  ('17', 'the report''s best pair', 'eta-lambda-pairs', 'reference-first',
    NULL, NULL, NULL, NULL, 'val 42.17', '60–62 / 43.1–43.6 / 43–44', 43, 44),
  ('18', '300 pairs, best three', 'eta-lambda-pairs', 'second', NULL, NULL, NULL, 3,
    'val 41.34, 41.25, 41.22', '–', NULL, NULL),
  ('18', 'the report''s best pair', 'eta-lambda-pairs', 'reference-second',
    NULL, NULL, NULL, NULL, 'val 41.34', '68–69 / 42.4–42.9 / 42–44', 42, 44),
  ('19', 'our best three', 'eta-lambda-pairs', 'final', NULL, NULL, NULL, 3,
    'test 49.22, 49.38, 49.89', '–', NULL, NULL),
  ('19', 'the report''s third pair', 'eta-lambda-pairs', 'reference-final',
    NULL, NULL, NULL, NULL, 'test 49.89', '61–62 / 50.1–52.7 / 50.5–50.8', 50.5, 50.8),
  ('20', 'η 0.0005, with batch norm', 'batch-norm-rates', 'with', NULL, 0.0005, NULL, NULL,
    'test 42.30', 'test 43.6–44.4', 43.6, 44.4),
  ('20', 'η 0.0005, without', 'batch-norm-rates', 'without-small', NULL, 0.0005, NULL, NULL,
    'test 21.08', 'test 38', 38, 38),
  ('20', 'η 0.03, with batch norm', 'batch-norm-rates', 'with', NULL, 0.03, NULL, NULL,
    'test 49.67', 'test 49.5–51.1', 49.5, 51.1),
  ('20', 'η 0.03, without', 'batch-norm-rates', 'without-large', NULL, 0.03, NULL, NULL,
    'test 50.45', 'test 45–47', 45, 47),
  ('20', 'η 0.8, with batch norm', 'batch-norm-rates', 'with', NULL, 0.8, NULL, NULL,
    'test 44.92', 'test 42–45', 42, 45),
  ('20', 'η 0.8, without', 'batch-norm-rates', 'without-large', NULL, 0.8, NULL, NULL,
    'not trainable', 'diverges at once', NULL, NULL),
  ('21', 'λ 0, η 0.1', 'one-layer', 'unregularised', 0, 0.1, NULL, NULL,
    'best test 30.69', 'test 23–29', 23, 29),
  ('21', 'λ 0, η 0.001', 'one-layer', 'unregularised', 0, 0.001, NULL, NULL,
    'best test 38.98', 'test 39.0–39.1', 39.0, 39.1),
  ('21', 'λ 0.1, η 0.001', 'one-layer', 'regularised', 0.1, 0.001, NULL, NULL,
    'best test 39.24', 'test 38.9–39.5', 38.9, 39.5),
  ('21', 'λ 1, η 0.001', 'one-layer', 'regularised', 1, 0.001, NULL, NULL,
    'best test 37.63', 'test 36.9–37.8', 36.9, 37.8);

-- One row for each configuration that a line speaks of.
CREATE TEMP VIEW chosen AS
SELECT l.position, c.stage_rank, t.*
FROM lines AS l
JOIN configuration_results AS c ON c.search = l.search AND c.stage = l.stage
  AND (l.lambda IS NULL OR abs(c.lambda - l.lambda) <= 1e-9 * l.lambda)
  AND (l.eta IS NULL OR abs(c.eta - l.eta) <= 1e-9 * l.eta)
  AND (l.batch_norm IS NULL
    OR c.parameters ->> '$."network.batch_norm"' = l.batch_norm)
  AND (l.best IS NULL OR c.stage_rank <= l.best)
JOIN trial_results AS t ON t.search = c.search AND t.stage = c.stage
  AND t.configuration = c.configuration;

CREATE TEMP VIEW configurations_of_lines AS
SELECT position, configuration, min(stage_rank) AS stage_rank,
  min(lambda) AS lambda, min(eta) AS eta,
  count(*) AS trials, sum(state = 'DIVERGED') AS diverged, min(failure) AS failure,
  avg(100 * train_accuracy) AS train,
  avg(100 * validation_accuracy) AS validation,
  min(100 * validation_accuracy) AS validation_low,
  max(100 * validation_accuracy) AS validation_high,
  avg(100 * test_accuracy) AS test,
  min(100 * test_accuracy) AS test_low, max(100 * test_accuracy) AS test_high,
  avg(cost) AS cost, avg(seconds / fusion_width) AS seconds
FROM chosen GROUP BY position, configuration;

.mode list
.headers off
.separator ""
SELECT '| row | what | report | PyTorch | ours: train / validation / test | trials | seconds each |';
SELECT '|---|---|---|---|---|---|---|';
SELECT printf('| %s | %s%s | %s | %s | %s | %d | %s |', l.row, l.what,
  CASE WHEN l.best IS NULL THEN ''
    ELSE printf(': η %.3g, λ %.3g', c.eta, c.lambda) END,
  l.report, l.pytorch,
  CASE
    WHEN c.diverged = c.trials THEN c.failure
    ELSE printf('%.1f / %.1f', c.train, c.validation)
      || CASE WHEN c.trials = 1 THEN ''
           ELSE printf(' (%.1f–%.1f)', c.validation_low, c.validation_high) END
      || CASE WHEN c.test IS NULL THEN ' / –'
           WHEN c.trials = 1 THEN printf(' / %.1f', c.test)
           ELSE printf(' / **%.1f** (%.1f–%.1f)', c.test, c.test_low, c.test_high) END
      || CASE WHEN l.row IN ('6', '7', '16') THEN printf(', cost %.3g', c.cost) ELSE '' END
  END,
  c.trials, CASE WHEN c.seconds IS NULL THEN '–' ELSE printf('%.2f', c.seconds) END)
FROM lines AS l JOIN configurations_of_lines AS c USING (position)
ORDER BY l.position, c.stage_rank, c.configuration;

SELECT '';
SELECT 'Mean test accuracy within PyTorch''s range, widened by 0.7 points:';
SELECT '';
SELECT '| row | what | PyTorch | ours | within |';
SELECT '|---|---|---|---|---|';
SELECT printf('| %s | %s | %.1f … %.1f | %.2f | %s |', l.row, l.what, l.low, l.high, c.test,
  iif(c.test BETWEEN l.low - 0.7 AND l.high + 0.7, 'yes', '**no**'))
FROM lines AS l JOIN configurations_of_lines AS c USING (position)
WHERE l.low IS NOT NULL ORDER BY l.position;
