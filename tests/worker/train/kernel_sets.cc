#include "tests/worker/train/kernel_sets.h"

#include <algorithm>

#include "worker/train/kernels/select.h"

namespace etalon::train {

void PrintTo(const KernelSet* kernels, std::ostream* out) {
  *out << kernels->name;
}

std::vector<const KernelSet*> KernelsToTest() {
  std::vector<const KernelSet*> sets;
  for (const std::string& name : AvailableKernels()) {
    sets.push_back(*SelectKernels(name));
  }
  return sets;
}

std::string TestName(const KernelSet& kernels) {
  std::string name = kernels.name;
  std::replace(name.begin(), name.end(), '.', '_');  // of a version
  return name;
}

std::string KernelSetName(
    const ::testing::TestParamInfo<const KernelSet*>& info) {
  return TestName(*info.param);
}

}  // namespace etalon::train
