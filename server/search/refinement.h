#ifndef ETALON_SERVER_SEARCH_REFINEMENT_H_
#define ETALON_SERVER_SEARCH_REFINEMENT_H_

#include "absl/types/span.h"
#include "common/limits.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// How a range may go past the border of the original one.
struct Extension {
  bool allowed = false;
  // Past the original range: never as far as these values.
  double lower_limit = 0;
  double upper_limit = kMaxNumber;
};

// `original` narrowed to the values that the best configurations of an earlier
// stage have of it. `best` has at least one, of the kind of `original`;
// `spacing` is that stage's, in coordinates of the scale (spacing.h).
//
// With b the coordinates of `best`, s the spacing and [l, h] the original
// range:
//   1. The box is [min b - s/2, max b + s/2].
//   2. Clipped to [l, h]. But where extension is allowed and the best sit
//      against a border, that is, within s/2 of it or beyond, the box reaches a
//      whole spacing past it, to l - s or h + s or further to hold the best:
//      where the earlier grid's next point would have been. Downwards it goes
//      at most half way, on the scale, to the lower limit (on a log scale to
//      kMinPositive, if that is higher), so ranges of positive numbers stay
//      positive; upwards likewise to the upper limit, but where that is
//      kMaxNumber it ends only there.
//   3. Bounds are rounded by RoundToDigits, and to whole numbers, outwards, in
//      an integer range. Rounding neither moves them past the best nor past the
//      original range, whose bounds are kept to the bit.
// Best that lie outside an original range which may not be extended leave the
// border nearest to them. A category stays when it is among the best; where
// none of the best is declared any more, all stay.
v1::Parameter RefineParameter(const v1::Parameter& original,
                              absl::Span<const v1::ParameterValue> best,
                              double spacing, const Extension& extension);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_REFINEMENT_H_
