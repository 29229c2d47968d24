#include "tests/worker/train/kernels_support.h"

#include <cmath>

namespace etalon::train {

double RoundedToBfloat16(double number) {
  constexpr int kBits = 8;
  int exponent = 0;
  const double mantissa = std::frexp(number, &exponent);
  return std::ldexp(std::nearbyint(std::ldexp(mantissa, kBits)),
                    exponent - kBits);
}

}  // namespace etalon::train
