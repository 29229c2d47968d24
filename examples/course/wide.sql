-- What reproduce.sh prints of row 22, from the searches wide-steps and wide.

-- The steps of the wide network: of each stage the learning rate that validated best.
CREATE TEMP VIEW steps AS
SELECT g.position, c.search, c.stage, c.eta, 100 * c.mean AS validation,
  100 * c.train_accuracy AS train
FROM configuration_results AS c
JOIN stage_progress AS g ON g.search = c.search AND g.stage = c.stage
WHERE c.search = 'wide-steps' AND c.stage_rank = 1;

SELECT '';
SELECT '## Row 22: which step brings how much';
SELECT '';
SELECT 'Two layers, fifteen epochs, 45,000 images: the best of three learning rates.';
SELECT '';
SELECT '| step | η | train | validation | gain |';
SELECT '|---|---|---|---|---|';
SELECT printf('| %s | %.3g | %.1f | %.1f | %s |', stage, eta, train, validation,
  CASE WHEN gain IS NULL THEN '' ELSE printf('%+.1f', gain) END)
FROM (SELECT *, validation - lag(validation) OVER (ORDER BY position) AS gain FROM steps)
ORDER BY position;
SELECT '';
SELECT 'The search of wide.yaml: best of each stage, chosen on validation alone.';
SELECT '';
SELECT '| stage | η | λ | dropout | shift | train | validation | test | trials |';
SELECT '|---|---|---|---|---|---|---|---|---|';
SELECT printf('| %s | %.3g | %.2g | %.2f | %d | %.1f | %.1f | %s | %d |', c.stage, c.eta,
  c.lambda, c.parameters ->> '$."network.dropout"', c.parameters ->> '$."augment.shift"', 100 * c.train_accuracy,
  100 * c.mean,
  CASE WHEN c.test_accuracy IS NULL THEN '–' ELSE printf('**%.2f**', 100 * c.test_accuracy) END,
  c.n)
FROM configuration_results AS c
JOIN stage_progress AS g ON g.search = c.search AND g.stage = c.stage
WHERE c.search = 'wide' AND c.stage_rank = 1 ORDER BY g.position;
