#ifndef ETALON_SERVER_SEARCH_TRAINING_H_
#define ETALON_SERVER_SEARCH_TRAINING_H_

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
// over it and every default filled in, so that a worker needs to know none.
v1::Training ResolveTraining(const v1::SearchSpec& spec, int stage);

// `training` with the parameters of one configuration set: `lambda`, and `eta`
// as the rate of the schedule (eta_max of a cyclical one).
v1::Training ApplyParameters(
    const v1::Training& training,
    absl::Span<const v1::ParameterAssignment> parameters);

// The rate that `eta` sets. 0 where the schedule has no form.
double LearningRate(const v1::Training& training);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_TRAINING_H_
