#ifndef ETALON_TESTS_WORKER_TRAIN_KERNEL_SETS_H_
#define ETALON_TESTS_WORKER_TRAIN_KERNEL_SETS_H_

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "worker/train/kernels/kernels.h"

namespace etalon::train {

// So that tests are listed by the set's name and not by its address.
void PrintTo(const KernelSet* kernels, std::ostream* out);

// Every kernel set that this machine runs, fastest first.
std::vector<const KernelSet*> KernelsToTest();

// A set's name as a part of a test's: of letters, digits and '_'.
std::string TestName(const KernelSet& kernels);

std::string KernelSetName(
    const ::testing::TestParamInfo<const KernelSet*>& info);

}  // namespace etalon::train

#endif  // ETALON_TESTS_WORKER_TRAIN_KERNEL_SETS_H_
