#include "client/pictures/curves_data.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "client/pictures/script.h"

namespace etalon {
namespace {

double PositionOf(const v1::Measurement& measurement, Progression progression) {
  return progression == Progression::kEpochs
             ? measurement.epoch()
             : static_cast<double>(measurement.update());
}

}  // namespace

const std::array<CurvePart, 3>& CurveParts() {
  static const auto* const parts = new std::array<CurvePart, 3>{
      {{"train", &v1::Measurement::has_train, &v1::Measurement::train},
       {"validation", &v1::Measurement::has_validation,
        &v1::Measurement::validation},
       {"test", &v1::Measurement::has_test, &v1::Measurement::test}}};
  return *parts;
}

int TimesMeasured(const v1::Trial& trial, size_t part) {
  const auto measured = CurveParts()[part].measured;
  return static_cast<int>(std::count_if(
      trial.measurements().begin(), trial.measurements().end(),
      [&](const v1::Measurement& one) { return (one.*measured)(); }));
}

CurveBounds BoundsOf(const std::vector<v1::Trial>& trials,
                     Progression progression) {
  CurveBounds bounds;
  bounds.lowest_cost = std::numeric_limits<double>::infinity();
  for (const v1::Trial& trial : trials) {
    for (const v1::Measurement& measurement : trial.measurements()) {
      bounds.x = std::max(bounds.x, PositionOf(measurement, progression));
      bounds.rate = std::max(bounds.rate, measurement.learning_rate());
      for (const CurvePart& part : CurveParts()) {
        if (!(measurement.*part.measured)()) continue;
        const v1::PartMeasurement& values = (measurement.*part.values)();
        bounds.cost = std::max({bounds.cost, values.cost(), values.loss()});
        bounds.lowest_cost =
            std::min({bounds.lowest_cost, values.cost(), values.loss()});
      }
    }
  }
  return bounds;
}

std::string CurveBlock(const v1::Trial& trial, size_t index,
                       Progression progression) {
  std::string block = absl::StrCat("$trial", index, " << END\n");
  for (const v1::Measurement& measurement : trial.measurements()) {
    absl::StrAppend(&block, Number(PositionOf(measurement, progression)), " ",
                    Number(measurement.learning_rate()));
    for (const CurvePart& part : CurveParts()) {
      if (!(measurement.*part.measured)()) {
        absl::StrAppend(&block, " NaN NaN NaN");
        continue;
      }
      const v1::PartMeasurement& values = (measurement.*part.values)();
      absl::StrAppend(&block, " ", Number(values.cost()), " ",
                      Number(values.loss()), " ",
                      Number(values.accuracy() * 100));
    }
    block += "\n";
  }
  return block + "END\n";
}

int CurveColumn(size_t part, CurveMeasure measure) {
  return kRateColumn + 1 + 3 * static_cast<int>(part) +
         static_cast<int>(measure);
}

}  // namespace etalon
