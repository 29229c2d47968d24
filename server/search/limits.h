#ifndef ETALON_SERVER_SEARCH_LIMITS_H_
#define ETALON_SERVER_SEARCH_LIMITS_H_

#include <cstdint>

namespace etalon {

// What a search may ask for at most. They bound the time, memory and disk that
// one request can cost; a search that needs more is split in two.

// Trials over all stages of a search. A stage's are planned in memory, written
// in one transaction and ranked at once: this many in well under a second, and
// within some hundred megabytes.
inline constexpr int64_t kMaxTrials = 100'000;
// Stages of a search. Each is listed whole with its search.
inline constexpr int kMaxStages = 32;
// Parameters of a search. A grid of two points each already has 65,536 here.
inline constexpr int kMaxParameters = 16;
// Letters of a parameter's name, as for the ids of searches and stages.
inline constexpr int kMaxNameLength = 63;
// Values of a categorical parameter: each is sent with the search.
inline constexpr int kMaxCategories = 1'000;
// Bytes of a text value, so that tables stay readable.
inline constexpr int kMaxTextBytes = 256;
// Integers beyond this are not exact as a double, in which scales are computed.
inline constexpr int64_t kMaxInteger = int64_t{1} << 53;
// Bounds of ranges, by size; on log scales also the inverse. Workers train in
// single precision, whose normal numbers lie between 1.2e-38 and 3.4e38.
inline constexpr double kMaxNumber = 1e30;
inline constexpr double kMinPositive = 1e-30;
// Trainings of one configuration: past this its mean is known to 0.1
// deviations.
inline constexpr int kMaxReplicates = 1'000;
// Workers that one trial may be lost with: past this it is the trial's fault.
inline constexpr int kMaxAttempts = 1'000;

// Hidden layers, and units in each: a network of both has 6 GB of weights, more
// than a worker's memory, but one of either is well inside.
inline constexpr int kMaxHiddenLayers = 16;
inline constexpr int kMaxHiddenUnits = 10'000;
// Images of a minibatch: its activations are held at once.
inline constexpr int kMaxBatchSize = 10'000;
// Images of a generated data set's part: 1.2 GB in single precision.
inline constexpr int kMaxGeneratedImages = 100'000;
// Updates of a trial: 222,222 epochs of 45,000 images in batches of 100.
inline constexpr int64_t kMaxUpdates = 100'000'000;
// Evaluations of a trial: every one is a row of the database.
inline constexpr int64_t kMaxEvaluations = 10'000;

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_LIMITS_H_
