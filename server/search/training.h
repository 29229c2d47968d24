#ifndef ETALON_SERVER_SEARCH_TRAINING_H_
#define ETALON_SERVER_SEARCH_TRAINING_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/training.pb.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// `base` with every field that `overlay` sets replaced: scalars one by one,
// lists as a whole, and a oneof that chooses differently as a whole. Of
// `epochs` and `updates`, and of `warmup` and `warmup_epochs`, setting one
// clears the other; turning another schedule into a cyclical one, whose length
// follows from it, clears both lengths.
v1::Training OverlayTraining(const v1::Training& base,
                             const v1::Training& overlay);

// What stage `stage` (from 0) trains by: the search's training with the stage's
// over it and every default filled in. Lengths stay in the unit that they were
// given in, since parameters may change how many updates an epoch has.
v1::Training ResolveTraining(const v1::SearchSpec& spec, int stage);

// What a parameter is called in messages, by its name.
using ParameterNamer = std::function<std::string(absl::string_view)>;

// Sets the parameters of one configuration in `training`, in the order of
// ParameterPath::Kind whatever order they come in.
// INVALID_ARGUMENT, beginning with what `namer` calls the parameter: it sets
// nothing that is there, its value does not fit, or another sets the same.
absl::Status SetParameters(absl::Span<const v1::ParameterAssignment> parameters,
                           const ParameterNamer& namer, v1::Training& training);

// `training` with the parameters of one configuration set, the defaults of what
// they chose filled in, and half-cycles counted in updates: all that a worker
// needs to know. Status codes as above.
absl::StatusOr<v1::Training> ApplyParameters(
    const v1::Training& training,
    absl::Span<const v1::ParameterAssignment> parameters);

// Of what ApplyParameters gave: the updates of an epoch, 0 where its batches
// are larger than its data; those of the warm-up; and all that a trial makes at
// most, the warm-up among them.
int64_t UpdatesPerEpoch(const v1::Training& training);
int64_t WarmupUpdates(const v1::Training& training);
int64_t UpdatesOf(const v1::Training& training);

// The rate that `eta` sets. 0 where the schedule has no form.
double LearningRate(const v1::Training& training);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_TRAINING_H_
