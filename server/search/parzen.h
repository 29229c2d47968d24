#ifndef ETALON_SERVER_SEARCH_PARZEN_H_
#define ETALON_SERVER_SEARCH_PARZEN_H_

#include <vector>

#include "absl/types/span.h"
#include "common/random.h"
#include "etalon/v1/search.pb.h"
#include "server/search/unit_cube.h"

namespace etalon {

// A density over the configurations of a box: the mixture of one kernel for
// each of some points and of the uniform distribution, all of equal weight. A
// kernel is a product over the parameters, so that the density tells how they
// go together:
//   numbers     normal round the point's coordinate, cut off at 0 and 1
//   integers    the share of that in a value's cell
//   categories  Aitchison and Aitken's: 1 - b for the point's own, b shared by
//               the others
//   a parameter that the point does not have, by its condition: uniform
// Along each parameter all deviations are one: Scott's rule ("Multivariate
// density estimation", 1992), s n^(-1/(d+4)) of n points in d dimensions, times
// `width`, where s^2 is their variance as if one more had that of the uniform
// distribution, so that a few points that happen to agree do not shut out the
// rest. b of c categories is (c - 1) / (n + c): as if each had been seen once
// more (Watanabe, "Tree-structured Parzen estimator: understanding its
// algorithm components", arXiv 2304.11127, compares such choices). Immutable.
class ParzenEstimator {
 public:
  // `points` are configurations of `box`. Scott's rule, of `width` 1, suits one
  // hump; several want less.
  ParzenEstimator(absl::Span<const v1::Parameter> box,
                  absl::Span<const Cells> points, double width);

  // A coordinate for each parameter of the box, each drawn by itself from the
  // density's marginal along its parameter: what good points have apart may
  // come together so, and the density tells whether it should.
  std::vector<double> DrawMarginals(RandomStream& random) const;

  // Logarithm of the density, or of the probability in integers and categories,
  // at a configuration of the box.
  double LogDensity(const Cells& configuration) const;

 private:
  // Of a parameter in which the point is 1 - b or a normal distribution.
  struct Kernel {
    bool uniform = true;
    double mean = 0;       // of a category: its index
    double deviation = 0;  // of a category: b
    double log_mass = 0;   // of the normal distribution in [0, 1]
  };

  double LogKernel(size_t parameter, const Kernel& kernel,
                   const Interval& cell) const;

  // Of a parameter: how many categories; 0 of numbers and integers.
  std::vector<int> categories_;
  // One for each parameter, point after point; the last is uniform.
  std::vector<std::vector<Kernel>> kernels_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_PARZEN_H_
