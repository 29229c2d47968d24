#include "worker/thresholds.h"

#include <algorithm>

namespace etalon {

bool EndsAtThreshold(const v1::Trial& trial,
                     const std::vector<v1::Measurement>& measurements) {
  if (measurements.empty()) return false;
  const int64_t update = measurements.back().update();
  const auto threshold = std::find_if(
      trial.thresholds().begin(), trial.thresholds().end(),
      [update](const v1::Threshold& t) { return t.update() == update; });
  if (threshold == trial.thresholds().end()) return false;
  return std::all_of(measurements.begin(), measurements.end(),
                     [&](const v1::Measurement& measurement) {
                       return measurement.validation().accuracy() <
                              threshold->accuracy();
                     });
}

}  // namespace etalon
