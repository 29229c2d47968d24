#ifndef ETALON_CLIENT_PICTURES_CURVES_PLOT_H_
#define ETALON_CLIENT_PICTURES_CURVES_PLOT_H_

#include <string>
#include <vector>

#include "client/pictures/canvas.h"
#include "client/pictures/curves_data.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// Trials in one picture; more cannot be told apart.
inline constexpr size_t kMaxCurves = 12;

// The gnuplot commands of the curves of `trials`: 1 to kMaxCurves of them, each
// with a measurement. Three panels one above the other, for cost, loss and
// accuracy: train and validation at the evaluations that measured them, the
// test part as a point where it was measured, and beside the cost, on an axis
// of its own, the learning rate as evaluations recorded it.
std::string CurvesPlot(const std::vector<v1::Trial>& trials,
                       Progression progression, const Canvas& canvas);

}  // namespace etalon

#endif  // ETALON_CLIENT_PICTURES_CURVES_PLOT_H_
