#ifndef ETALON_SERVER_SEARCH_SPACING_H_
#define ETALON_SERVER_SEARCH_SPACING_H_

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// How far apart neighbours were along `box[parameter]`, in coordinates of its
// scale, when `sample` drew from `box`:
//   grid of m points        width / (m - 1); the width where m = 1
//   n points of any other   width / n^(1/d), the edge of the cube that is each
//   kind in d dimensions    point's share of the volume
// d counts the numeric parameters that are not single points. 0 for a single
// point and for categories.
double TypicalSpacing(const v1::Sample& sample,
                      absl::Span<const v1::Parameter> box, size_t parameter);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_SPACING_H_
