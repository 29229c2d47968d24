#ifndef ETALON_SERVER_SEARCH_ASYNCHRONOUS_HALVING_H_
#define ETALON_SERVER_SEARCH_ASYNCHRONOUS_HALVING_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/training.pb.h"
#include "etalon/v1/trial.pb.h"
#include "server/search/course.h"

namespace etalon {

// Asynchronous successive halving (Li et al., "A system for massively parallel
// hyperparameter tuning", 2020), in the variant that stops, which Ray Tune and
// Syne Tune have beside the paper's: a trial that comes to a rung goes on at
// once if it is among the best 1/factor of those that have been there, itself
// among them, and ends if it is not. In the paper it waits, and may be promoted
// later: then its checkpoint must travel, or its epochs be trained again. Here
// none waits and none comes back, so every epoch is trained once, in one piece,
// and what ends a trial can be known when it is queued; the price is that one
// that was compared with few is judged by these.

// Successive halving with the same rungs.
v1::Stopping::Halving SynchronousRule(
    const v1::Stopping::AsynchronousHalving& halving);

// The updates of a trial's rungs, as in successive halving (halving.h).
std::vector<int64_t> RungUpdates(
    const v1::Stopping::AsynchronousHalving& halving,
    const v1::Training& training);

// What ends a trial of `training`, as ApplyParameters gives it, at its rungs:
// the accuracy of the last of the `compared` that leaves it among the best
// 1/factor, rounded down, but one at least. Rungs are the same where as many
// follow them. One that diverged or failed counts as 0 at the rungs that it
// came to and at the next; one that succeeded before its last rung, out of
// patience, at all. A pure function, of the order of `compared` independent.
std::vector<v1::Threshold> AsynchronousHalvingThresholds(
    const v1::Stopping::AsynchronousHalving& halving,
    const v1::Training& training, absl::Span<const Course> compared);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_ASYNCHRONOUS_HALVING_H_
