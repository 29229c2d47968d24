#ifndef ETALON_WORKER_TRAIN_GRADIENTS_GRADIENT_CHECK_H_
#define ETALON_WORKER_TRAIN_GRADIENTS_GRADIENT_CHECK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/train/gradients/error_statistics.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/network.h"
#include "worker/train/network_spec.h"

namespace etalon::train {

// A network past this many weights is refused: each is held with several
// derivatives (1.2 GB).
inline constexpr int64_t kMaxCheckedWeights = int64_t{1} << 24;

// What a cost is of; borrowed.
struct LabelledImages {
  int64_t rows = 0;
  const double* inputs = nullptr;   // (rows x features), row-major
  const uint8_t* labels = nullptr;  // rows
};

// A network whose gradient is checked, and how.
struct GradientCheckPlan {
  int64_t features = 0;
  int64_t classes = 0;
  NetworkSpec network;  // its dropout is left out
  double lambda = 0;
  // Of the central differences, (J(w + step) - J(w - step)) / (2 step).
  double step = 1e-5;
  // Entries of each array; all where it has no more.
  int64_t samples = 100;
  // What the errors are held against.
  double bound = 1e-6;
  // What relative errors divide by at least.
  double epsilon = 1e-8;
  // Of the network's parameters and the choice of entries.
  uint64_t seed = 0;
};

// One array of the network's parameters.
struct ArrayCheck {
  std::string name;             // "layers.0.weight"
  int64_t size = 0;             // entries in all
  int64_t kinks = 0;            // checked entries left out of `differences`
  ErrorStatistics differences;  // against central differences
  ErrorStatistics automatic;    // against automatic differentiation

  // Whether every absolute error against the differences, whose rounding error
  // is absolute, and every relative one against automatic differentiation,
  // which is exact to rounding, is below the bound.
  bool IsWithinBound() const;
};

// Holds the gradient that Network<double> computes for the cost of `images`
// against central differences of the network's own cost, and against automatic
// differentiation of an independent cost (reference_cost.h). The parameters are
// drawn as in training; those that would start at 0 or 1 get normal draws of
// deviation 0.1 added, so that a mistake in what they multiply shows.
//
// Where the two steps of a central difference fall on different sides of a kink
// of some unit's activation, the difference is between two slopes and says
// nothing of either; such entries are counted as kinks and held against
// automatic differentiation alone.
//
// One result per array, from the input on. Blocks for two evaluations of the
// network and about one of plain loops an entry.
// INVALID_ARGUMENT: names what is out of range, or the loss is not finite.
// RESOURCE_EXHAUSTED: not enough memory.
absl::StatusOr<std::vector<ArrayCheck>> CheckGradients(
    const GradientCheckPlan& plan, const Kernels<double>& kernels,
    const LabelledImages& images);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_GRADIENTS_GRADIENT_CHECK_H_
