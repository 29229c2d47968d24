#ifndef ETALON_SERVER_SEARCH_HALVING_H_
#define ETALON_SERVER_SEARCH_HALVING_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/training.pb.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// Successive halving (Jamieson and Talwalkar, "Non-stochastic best arm
// identification and hyperparameter optimization", 2016): all configurations
// are trained up to a rung, and the best 1/factor of them go on from there.
// Pure functions of valid specs.

// `halving` says it or, where it does not, the default.
int HalvingFactor(const v1::Stopping::Halving& halving);
double MinimumEpochs(const v1::Stopping::Halving& halving);

// Whether a trial of `training` is as long as MinimumEpochs.
bool HasMinimumEpochs(const v1::Stopping::Halving& halving,
                      const v1::Training& training);

// The updates after which a trial waits, rising, all before its last: that
// divided by factor, factor^2, ..., as long as there are `minimum_epochs` of
// them, each moved on to the next evaluation, so that what is compared is
// measured anyway. None twice: a trial that is measured more seldom has fewer.
// `training` is the trial's, as ApplyParameters gives it.
std::vector<int64_t> RungUpdates(const v1::Stopping::Halving& halving,
                                 const v1::Training& training);

// The update after which a trial on its way to rung `rung` waits; 0: the stage
// does not halve, or the trial is on its way to its end.
int64_t UntilUpdate(const v1::Stopping& stopping, const v1::Training& training,
                    int rung);

// Updates that `configurations` of this training make together where all come
// to every rung: each of those that are promoted but once, from where it was.
int64_t HalvedUpdates(const v1::Stopping::Halving& halving,
                      const v1::Training& training, int64_t configurations);

// How many of `configurations` at a rung go on: 1 / factor of them, rounded
// down, but one at least.
int64_t PromotedCount(int factor, int64_t configurations);

// A trial of a stage that halves, as promotion looks at it.
struct HalvingTrial {
  int configuration = 0;
  v1::Trial::State state = v1::Trial::STATE_UNSPECIFIED;
  // The rungs that it has still before it, that at which it waits or to which
  // it is on its way among them: where trials differ in length, those are
  // compared that have the same share of theirs behind them.
  int rungs_left = 0;
  // On the validation images: of a SUSPENDED trial at its rung, of a SUCCEEDED
  // one at its end.
  double accuracy = 0;
};

// What becomes of trials that wait, by their places.
struct Promotion {
  std::vector<size_t> promoted;
  std::vector<size_t> stopped;
};

// Decides on the SUSPENDED trials at the lowest rung that has any. `trials` are
// all of the stage, by configuration and replicate; none of them is QUEUED or
// RUNNING.
//
// Of the configurations that came as far, or ended on their way there from the
// rung before, PromotedCount go on, all their replicates together: those with
// the highest mean accuracy, of several the first. One that has a replicate
// without a result there (diverged, failed) does not, unless there is no other;
// then one does. Replicates that SUCCEEDED before, out of patience, count with
// what they have, and configurations of none but these take no other's place.
Promotion Promote(absl::Span<const HalvingTrial> trials, int factor);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_HALVING_H_
