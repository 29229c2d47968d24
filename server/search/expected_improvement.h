#ifndef ETALON_SERVER_SEARCH_EXPECTED_IMPROVEMENT_H_
#define ETALON_SERVER_SEARCH_EXPECTED_IMPROVEMENT_H_

namespace etalon {

// The logarithm of a number, and its derivative by the argument.
struct LogValue {
  double value = 0;
  double derivative = 0;
};

// ln(phi(z) + z Phi(z)), phi and Phi the standard normal density and
// distribution: the logarithm of the expected improvement where what is
// expected is z deviations above the best, in deviations. Precise and finite
// for every finite z, also where the number itself would be 0 (Ament, Daulton,
// Eriksson, Balandat, Bakshy, "Unexpected improvements to expected improvement
// for Bayesian optimization", NeurIPS 2023, equation 9).
LogValue LogExpectedImprovement(double z);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_EXPECTED_IMPROVEMENT_H_
