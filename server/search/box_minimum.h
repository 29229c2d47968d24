#ifndef ETALON_SERVER_SEARCH_BOX_MINIMUM_H_
#define ETALON_SERVER_SEARCH_BOX_MINIMUM_H_

#include <Eigen/Core>
#include <functional>

namespace etalon {

// A smooth function: its value at a point, whose gradient it writes. A value
// that is not finite counts as larger than any other.
using SmoothFunction = std::function<double(const Eigen::VectorXd& point,
                                            Eigen::VectorXd& gradient)>;

// The best point between `lower` and `upper` that L-BFGS-B finds from `start`
// within `iterations`: a local minimum, or on the way to one (Byrd, Lu,
// Nocedal, Zhu, "A limited memory algorithm for bound constrained
// optimization", SIAM J. Sci. Comput. 16, 1995; the library is LBFGS++). Never
// worse than `start` brought within the bounds.
Eigen::VectorXd MinimizeInBox(const SmoothFunction& function,
                              const Eigen::VectorXd& start,
                              const Eigen::VectorXd& lower,
                              const Eigen::VectorXd& upper, int iterations);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_BOX_MINIMUM_H_
