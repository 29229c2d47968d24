#ifndef ETALON_SERVER_SEARCH_CMA_ES_H_
#define ETALON_SERVER_SEARCH_CMA_ES_H_

#include <Eigen/Core>

#include "absl/types/span.h"
#include "common/random.h"

namespace etalon {

// Covariance matrix adaptation in the unit cube, as in Hansen, "The CMA
// evolution strategy: a tutorial" (arXiv 1604.00772): weighted recombination of
// all ranks, negative weights among them, with the constants of its table 1.
// The state after a generation is a function of the state before, its points
// and their ranking. Points outside of the cube are drawn again, up to a
// hundred times, and then brought to its border.
class CmaEs {
 public:
  // Starts from the middle, with a deviation of 0.2 along each of `dimensions`,
  // at least one. `population` is at least 4.
  CmaEs(int dimensions, int population);

  // Starts anew, from `mean`.
  void Restart(const Eigen::VectorXd& mean);

  // A generation, a column for each point.
  Eigen::MatrixXd Draw(RandomStream& random) const;

  // Learns from a generation that Draw has given: `ranking` are its columns,
  // best first, all of them. No deviation becomes less than `least` has for its
  // coordinate.
  void Update(const Eigen::MatrixXd& generation,
              absl::Span<const size_t> ranking, const Eigen::VectorXd& least);

  // Whether the distribution has come to a point, or is too narrow along some
  // direction to be told from flat.
  bool HasConverged() const;

  const Eigen::VectorXd& mean() const { return mean_; }
  // Of each coordinate, in the unit cube.
  Eigen::VectorXd Deviations() const;

 private:
  void Decompose();

  // Constants; their names are the tutorial's, in words.
  int dimensions_;
  int population_;
  Eigen::VectorXd weights_;  // of all ranks; the first ones positive, sum 1
  int parents_;
  double effective_parents_;
  double path_rate_;        // c_c
  double rank_one_rate_;    // c_1
  double rank_many_rate_;   // c_mu
  double step_path_rate_;   // c_sigma
  double step_damping_;     // d_sigma
  double expected_length_;  // of a standard normal vector

  // State.
  int updates_ = 0;
  double step_ = 0;  // sigma
  Eigen::VectorXd mean_;
  Eigen::VectorXd path_;
  Eigen::VectorXd step_path_;
  Eigen::MatrixXd covariance_;
  Eigen::MatrixXd axes_;     // eigenvectors, a column each
  Eigen::VectorXd lengths_;  // square roots of the eigenvalues, rising
};

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_CMA_ES_H_
