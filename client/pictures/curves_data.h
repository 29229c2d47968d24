#ifndef ETALON_CLIENT_PICTURES_CURVES_DATA_H_
#define ETALON_CLIENT_PICTURES_CURVES_DATA_H_

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "etalon/v1/trial.pb.h"

namespace etalon {

// What the horizontal axis of curves counts.
enum class Progression { kUpdates, kEpochs };

// A part of the images that is measured.
struct CurvePart {
  const char* name;
  bool (v1::Measurement::*measured)() const;
  const v1::PartMeasurement& (v1::Measurement::*values)() const;
};
// Train, validation, test.
const std::array<CurvePart, 3>& CurveParts();
inline constexpr size_t kTestPart = 2;

// The measures of a part, by their columns' order.
enum class CurveMeasure { kCost, kLoss, kAccuracy };

// Times that `trial` measured `part`, an index into CurveParts.
int TimesMeasured(const v1::Trial& trial, size_t part);

// Where the data of curves end.
struct CurveBounds {
  // Largest of the horizontal axis, and of the learning rate; 0 or more.
  double x = 0;
  double rate = 0;
  // Largest cost or loss; 0 or more.
  double cost = 0;
  // Smallest of all costs and losses.
  double lowest_cost = 0;
};
CurveBounds BoundsOf(const std::vector<v1::Trial>& trials,
                     Progression progression);

// A gnuplot data block `$trialI` of `trial`, a line for each measurement: the
// horizontal axis, the learning rate, then cost, loss and accuracy in percent
// of each part, NaN where it was not measured.
std::string CurveBlock(const v1::Trial& trial, size_t index,
                       Progression progression);
// Columns of that block, from 1.
inline constexpr int kRateColumn = 2;
int CurveColumn(size_t part, CurveMeasure measure);

}  // namespace etalon

#endif  // ETALON_CLIENT_PICTURES_CURVES_DATA_H_
