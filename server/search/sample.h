#ifndef ETALON_SERVER_SEARCH_SAMPLE_H_
#define ETALON_SERVER_SEARCH_SAMPLE_H_

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// What a stage's sample says, with its defaults filled in.

// Whether configurations are proposed one after the other while the stage runs
// (proposal.h); those of other samples are all known when it starts.
bool IsAdaptive(const v1::Sample& sample);

// Configurations that `sample` asks for. 0 for a grid, whose number its box
// gives (grid_sampler.h), and where there is no method.
int SampleCount(const v1::Sample& sample);

// The first configurations of an adaptive sample that no model is asked for, at
// most all. Of CMA-ES 0.
int StartupCount(const v1::Sample& sample);

// Whether proposals of an adaptive sample know nothing but what `LookAhead`
// shows them.
bool IsDeterministic(const v1::Sample& sample);

// Configurations of an adaptive sample that may be open at once; of CMA-ES its
// population. `box` is the stage's.
int LookAhead(const v1::Sample& sample, absl::Span<const v1::Parameter> box);

// Parameters of `box` that are not fixed to one value.
int SearchedDimensions(absl::Span<const v1::Parameter> box);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_SAMPLE_H_
