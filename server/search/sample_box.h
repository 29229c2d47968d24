#ifndef ETALON_SERVER_SEARCH_SAMPLE_BOX_H_
#define ETALON_SERVER_SEARCH_SAMPLE_BOX_H_

#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// All configurations that stage `stage` has of `box`, in order, each in the
// order of the box without what conditions leave out. Of a sample that is not
// adaptive (sample.h). A pure function of a valid spec.
std::vector<std::vector<v1::ParameterAssignment>> SampleBox(
    const v1::SearchSpec& spec, int stage, absl::Span<const v1::Parameter> box);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_SAMPLE_BOX_H_
