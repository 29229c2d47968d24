#include "server/search/spacing.h"

#include <algorithm>
#include <cmath>

#include "server/search/grid_sampler.h"
#include "server/search/sample.h"
#include "server/search/space.h"

namespace etalon {

double TypicalSpacing(const v1::Sample& sample,
                      absl::Span<const v1::Parameter> box, size_t parameter) {
  if (!IsNumeric(box[parameter])) return 0;
  const double width = ScaledRange(box[parameter]).width();
  if (sample.has_grid()) {
    const int64_t points = GridPoints(sample.grid(), box[parameter]);
    return width / static_cast<double>(std::max<int64_t>(points - 1, 1));
  }
  const auto dimensions =
      std::count_if(box.begin(), box.end(), [](const v1::Parameter& other) {
        return IsNumeric(other) && ScaledRange(other).width() > 0;
      });
  if (dimensions == 0) return 0;
  return width / std::pow(static_cast<double>(SampleCount(sample)),
                          1.0 / static_cast<double>(dimensions));
}

}  // namespace etalon
