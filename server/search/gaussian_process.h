#ifndef ETALON_SERVER_SEARCH_GAUSSIAN_PROCESS_H_
#define ETALON_SERVER_SEARCH_GAUSSIAN_PROCESS_H_

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <vector>

namespace etalon {

// What regression by a Gaussian process of mean zero assumes: values at x and
// x' have the covariance (Matern 5/2, a scale for each dimension; Rasmussen,
// Williams, "Gaussian processes for machine learning", 2006, equation 4.17)
//   k = signal (1 + r + r^2 / 3) e^-r,   r^2 = 5 sum_k (x_k - x'_k)^2 /
//   scale_k^2
// and each is seen with independent noise. In dimensions of categories the
// difference is 0 of equal ones and 1 of others: that of a one-hot code, but
// for a factor in the scale.
struct Covariance {
  Eigen::VectorXd scales;  // lengths; positive
  double signal = 1;       // variance
  double noise = 0;        // variance
};

// Points and values that a process is given.
struct Samples {
  Eigen::MatrixXd points;         // (points x dimensions)
  std::vector<bool> is_category;  // of each dimension
  Eigen::VectorXd values;         // one for each point
};

// The covariance that fits `samples`, at least one, best: the logarithm of
// their marginal likelihood (Rasmussen, Williams, equation 5.8 and 5.9) and of
// a weak prior at its largest, by L-BFGS-B from fixed starts. Of more than 200
// samples that many, spread over them, decide. Values of mean 0 and variance 1.
Covariance FitCovariance(const Samples& samples);

// A Gaussian process that has seen `samples`. Immutable.
class GaussianProcess {
 public:
  GaussianProcess(Samples samples, Covariance covariance);

  struct Prediction {
    double mean = 0;
    double variance = 0;  // without the noise; more than 0
  };
  Prediction Predict(const Eigen::VectorXd& point) const;

  // The gradients by the point's coordinates as well; 0 in categories.
  struct Gradients {
    Eigen::VectorXd mean;
    Eigen::VectorXd variance;
  };
  Prediction Predict(const Eigen::VectorXd& point, Gradients& gradients) const;

  // The mean at each of `points` (points x dimensions).
  Eigen::VectorXd Means(const Eigen::MatrixXd& points) const;

 private:
  // Covariances of `point` with the samples, and each one's derivative by half
  // the squared scaled distance.
  struct Column {
    Eigen::VectorXd covariances;
    Eigen::VectorXd slopes;
  };
  Column ColumnOf(const Eigen::VectorXd& point) const;

  Samples samples_;
  Covariance covariance_;
  Eigen::LLT<Eigen::MatrixXd> cholesky_;  // of covariances and noise
  Eigen::VectorXd weights_;               // its solution for the values
};

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_GAUSSIAN_PROCESS_H_
