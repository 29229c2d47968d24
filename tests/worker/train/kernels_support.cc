#include "tests/worker/train/kernels_support.h"

#include <cmath>

#include "worker/train/kernels/select.h"

namespace etalon::train {

void PrintTo(const KernelSet* kernels, std::ostream* out) {
  *out << kernels->name;
}

std::vector<const KernelSet*> AllKernelSets() {
  std::vector<const KernelSet*> sets;
  for (const std::string& name : AvailableKernels()) {
    sets.push_back(*SelectKernels(name));
  }
  return sets;
}

std::string KernelSetName(
    const ::testing::TestParamInfo<const KernelSet*>& info) {
  return info.param->name;
}

double RoundedToBfloat16(double number) {
  constexpr int kBits = 8;
  int exponent = 0;
  const double mantissa = std::frexp(number, &exponent);
  return std::ldexp(std::nearbyint(std::ldexp(mantissa, kBits)),
                    exponent - kBits);
}

}  // namespace etalon::train
