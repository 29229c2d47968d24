#include "storage/sqlite/schema.h"

// Schema step 1: the views, which users rely on by name and column; see
// docs/database.md.

namespace etalon::sqlite {

const char kSchemaStep1Views[] = R"sql(
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
JOIN searches AS s ON s.search_id = t.search_id
JOIN stages AS g ON g.stage_id = t.stage_id
JOIN configurations AS c
  ON c.stage_id = t.stage_id AND c.configuration = t.configuration
LEFT JOIN results AS r ON r.trial_id = t.trial_id
LEFT JOIN attempts AS a
  ON a.trial_id = t.trial_id AND a.number = t.attempt_count;

-- Student's t for 95 %, two-sided, by degrees of freedom.
CREATE TABLE student_t (
  degrees INTEGER PRIMARY KEY,
  t_975 REAL NOT NULL
) STRICT;
INSERT INTO student_t (degrees, t_975) VALUES
  (1, 12.706204736174694), (2, 4.3026527297494619), (3, 3.1824463052837086),
  (4, 2.7764451051977934), (5, 2.5705818356363146), (6, 2.4469118511449794),
  (7, 2.3646242515927849), (8, 2.3060041352041662), (9, 2.2621571627982049),
  (10, 2.2281388519862744), (11, 2.2009851600916392), (12, 2.1788128296672284),
  (13, 2.1603686564627922), (14, 2.1447866879178035), (15, 2.1314495455597751),
  (16, 2.1199052992212541), (17, 2.1098155778333165), (18, 2.1009220402410382),
  (19, 2.0930240544083092), (20, 2.0859634472658644), (21, 2.07961384472768),
  (22, 2.0738730679040258), (23, 2.0686576104190482), (24, 2.0638985616280254),
  (25, 2.0595385527532972), (26, 2.0555294386428726), (27, 2.051830516480285),
  (28, 2.0484071417952445), (29, 2.0452296421327039), (30, 2.0422724563012378),
  (31, 2.0395134463964082), (32, 2.0369333434601016), (33, 2.0345152974493383),
  (34, 2.0322445093177186), (35, 2.0301079282503429), (36, 2.0280940009804507),
  (37, 2.0261924630291093), (38, 2.0243941639119694), (39, 2.0226909200367609),
  (40, 2.0210753903062728), (41, 2.0195409704413758), (42, 2.0180817028184443),
  (43, 2.0166921992278239), (44, 2.0153675744437636), (45, 2.0141033888808462),
  (46, 2.0128955989194286), (47, 2.0117405137297655), (48, 2.0106347576242318),
  (49, 2.0095752371292392), (50, 2.0085591121007607), (51, 2.0075837703158355),
  (52, 2.0066468050616879), (53, 2.0057459953178687), (54, 2.0048792881880568),
  (55, 2.0040447832891455), (56, 2.0032407188478718), (57, 2.0024654592910069),
  (58, 2.0017174841452356), (59, 2.0009953780882674), (60, 2.00029782201426),
  (61, 1.9996235849949393), (62, 1.9989715170333786), (63, 1.9983405425207412),
  (64, 1.9977296543176926), (65, 1.9971379083920038), (66, 1.9965644189523115),
  (67, 1.9960083540252962), (68, 1.9954689314298435), (69, 1.9949454151072377),
  (70, 1.9944371117711861), (71, 1.9939433678456253), (72, 1.9934635666618721),
  (73, 1.9929971258898547), (74, 1.9925434951809322), (75, 1.9921021540022417),
  (76, 1.9916726096446642), (77, 1.9912543953883846), (78, 1.9908470688116906),
  (79, 1.9904502102301285), (80, 1.9900634212544457), (81, 1.9896863234569024),
  (82, 1.9893185571365721), (83, 1.9889597801751624), (84, 1.9886096669757087),
  (85, 1.9882679074772216), (86, 1.9879342062390202), (87, 1.9876082815890708),
  (88, 1.9872898648311692), (89, 1.986978699506281), (90, 1.986674540703768),
  (91, 1.9863771544186177), (92, 1.98608631695113), (93, 1.9858018143458229),
  (94, 1.9855234418666039), (95, 1.9852510035054978), (96, 1.984984311522457),
  (97, 1.9847231860139842), (98, 1.9844674545084815), (99, 1.9842169515864172),
  (100, 1.9839715185235518);

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
    count(accuracy) AS n,
    sum((accuracy - mean) * (accuracy - mean)) AS squares,
    avg(iif(state = 'SUCCEEDED', train_accuracy, NULL)) AS train_accuracy,
    avg(iif(state = 'SUCCEEDED', test_accuracy, NULL)) AS test_accuracy,
    count(*) AS replicates,
    sum(state = 'SUCCEEDED') AS succeeded,
    sum(state = 'DIVERGED') AS diverged,
    sum(state = 'FAILED') AS failed,
    sum(state = 'CANCELLED') AS cancelled,
    sum(state IN ('QUEUED', 'RUNNING')) AS open
  FROM replicate_results
  GROUP BY search, stage, configuration),
configuration_widths AS (
  SELECT *,
    iif(n > 1, sqrt(squares / (n - 1)), iif(n = 1, 0.0, NULL)) AS deviation,
    iif(n > 1,
        sqrt(squares / (n - 1) / n) * (
          SELECT t_975 FROM student_t WHERE degrees <= n - 1
          ORDER BY degrees DESC LIMIT 1),
        NULL) AS half_width_95
  FROM configuration_sums)
SELECT
  search,
  -- Configurations without a result come last, so the others count from 1.
  iif(n > 0, row_number() OVER (
        PARTITION BY search
        ORDER BY n = 0, diverged + failed > 0, mean DESC, stage, configuration),
      NULL) AS rank,
  iif(n > 0, row_number() OVER (
        PARTITION BY search, stage
        ORDER BY n = 0, diverged + failed > 0, mean DESC, configuration),
      NULL) AS stage_rank,
  stage, configuration, lambda, eta, parameters,
  n, mean, deviation, half_width_95,
  mean - half_width_95 AS low_95,
  mean + half_width_95 AS high_95,
  train_accuracy, test_accuracy,
  replicates, succeeded, diverged, failed, cancelled, open
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
  coalesce(sum(t.state = 'QUEUED'), 0) AS queued,
  coalesce(sum(t.state = 'RUNNING'), 0) AS running,
  coalesce(sum(t.state = 'SUCCEEDED'), 0) AS succeeded,
  coalesce(sum(t.state = 'DIVERGED'), 0) AS diverged,
  coalesce(sum(t.state = 'FAILED'), 0) AS failed,
  coalesce(sum(t.state = 'CANCELLED'), 0) AS cancelled,
  max(iif(t.state = 'SUCCEEDED', r.validation_accuracy, NULL))
    AS best_validation_accuracy,
  g.box,
  g.start_time,
  g.end_time
FROM stages AS g
JOIN searches AS s ON s.search_id = g.search_id
LEFT JOIN trials AS t ON t.stage_id = g.stage_id
LEFT JOIN results AS r ON r.trial_id = t.trial_id
GROUP BY g.stage_id;
)sql";

}  // namespace etalon::sqlite
