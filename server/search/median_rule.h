#ifndef ETALON_SERVER_SEARCH_MEDIAN_RULE_H_
#define ETALON_SERVER_SEARCH_MEDIAN_RULE_H_

#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/training.pb.h"
#include "etalon/v1/trial.pb.h"
#include "server/search/course.h"

namespace etalon {

// The median rule (Golovin et al., "Google Vizier: a service for black-box
// optimization", 2017, section 3.2): a trial ends when its best accuracy so far
// is below the median of what others had by then. Vizier takes the running
// averages of trials that were trained to their end; Optuna (Akiba et al.,
// "Optuna: a next-generation hyperparameter optimization framework", 2019) what
// these had at that very step. Here all that have ended count, with their best
// so far: also those that the rule has stopped, from then on with what they had
// at last, so that the median is that of all and does not rise as the worse
// half leaves; and those that diverged or failed, as 0. "By then" is after as
// many epochs.

// What ends a trial of `training`, as ApplyParameters gives it, by update: at
// every evaluation from `warmup_epochs` on, but the last, the median of the
// `compared`; of more than kMaxThresholds evaluations these many, evenly
// spread. Nothing where fewer than `startup` are compared. Thresholds that none
// would be below who passed the one before are left out. A pure function, of
// the order of `compared` independent.
std::vector<v1::Threshold> MedianThresholds(const v1::Stopping::Median& median,
                                            const v1::Training& training,
                                            absl::Span<const Course> compared);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_MEDIAN_RULE_H_
