#ifndef ETALON_TESTS_WORKER_TRAIN_KERNELS_SUPPORT_H_
#define ETALON_TESTS_WORKER_TRAIN_KERNELS_SUPPORT_H_

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "common/random.h"
#include "tests/worker/train/kernel_sets.h"
#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"

namespace etalon::train {

// Runs a test with every kernel set of this machine: INSTANTIATE_KERNELS(Name).
#define INSTANTIATE_KERNELS(fixture) \
  INSTANTIATE_TEST_SUITE_P(          \
      Sets, fixture, ::testing::ValuesIn(KernelsToTest()), KernelSetName)
using KernelsTest = ::testing::TestWithParam<const KernelSet*>;

// To bfloat16, ties to even, for numbers that are not tiny.
double RoundedToBfloat16(double number);

// The kernels of one precision, and what they make of a product's factors.
template <typename Number>
struct PrecisionUnderTest {
  using Scalar = Number;
  const Kernels<Scalar>& kernels;
  bool bfloat16;

  double Factor(Scalar value) const {
    return bfloat16 ? RoundedToBfloat16(value) : static_cast<double>(value);
  }
};

// Calls test(PrecisionUnderTest) for the three precisions of a set.
template <typename Test>
void ForEachPrecision(const KernelSet& set, const Test& test) {
  {
    SCOPED_TRACE("float32");
    test(PrecisionUnderTest<float>{set.float32, false});
  }
  {
    SCOPED_TRACE("bfloat16");
    test(PrecisionUnderTest<float>{set.bfloat16, true});
  }
  {
    SCOPED_TRACE("float64");
    test(PrecisionUnderTest<double>{set.float64, false});
  }
}

template <typename Scalar>
AlignedArray<Scalar> RandomValues(Index count, uint64_t seed) {
  RandomStream random(seed);
  AlignedArray<Scalar> values(count);
  for (Scalar& value : values) value = static_cast<Scalar>(random.NextNormal());
  return values;
}

// What `terms` roundings may amount to, in numbers whose absolute values add up
// to `magnitude`: errors grow like the root of their number.
template <typename Scalar>
double Tolerance(Index terms, double magnitude) {
  return 4 * std::numeric_limits<Scalar>::epsilon() *
         (1 + std::sqrt(static_cast<double>(terms))) * magnitude;
}

// A matrix (rows x columns, padded) in panels.
template <typename Scalar>
AlignedArray<Scalar> InPanels(Index rows, Index columns,
                              const AlignedArray<Scalar>& matrix) {
  const Index panel_rows = PaddedPanelRows(rows);
  AlignedArray<Scalar> panels(panel_rows * columns);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      panels[PanelOffset<Scalar>(panel_rows, columns, i, j)] =
          matrix[i * columns + j];
    }
  }
  return panels;
}

// Packed arrays are full of ones beforehand, so that nothing rests on zeros
// that happen to be there.
template <typename Scalar>
AlignedArray<std::byte> PackedInput(const Kernels<Scalar>& kernels, Index rows,
                                    Index columns,
                                    const AlignedArray<Scalar>& values) {
  AlignedArray<std::byte> packed(kernels.packed_input_bytes(rows, columns),
                                 std::byte{0xff});
  kernels.pack_input(rows, columns, columns, values.data(), packed.data());
  return packed;
}

template <typename Scalar>
AlignedArray<std::byte> PackedPanels(const Kernels<Scalar>& kernels, Index rows,
                                     Index columns,
                                     const AlignedArray<Scalar>& values) {
  AlignedArray<std::byte> packed(kernels.packed_panels_bytes(rows, columns),
                                 std::byte{0xff});
  kernels.pack_panels(rows, columns, columns, values.data(), packed.data());
  return packed;
}

template <typename Scalar>
AlignedArray<std::byte> CopyOfWeights(const Kernels<Scalar>& kernels,
                                      Index inputs, Index columns,
                                      const AlignedArray<Scalar>& weights) {
  AlignedArray<std::byte> copy(kernels.packed_panels_bytes(inputs, columns),
                               std::byte{0xff});
  kernels.copy_weights(inputs, columns, weights.data(), copy.data());
  return copy;
}

// The first `columns` columns from `first` of a matrix (rows x stride).
template <typename Scalar>
AlignedArray<Scalar> Columns(Index rows, Index stride, Index first,
                             Index columns,
                             const AlignedArray<Scalar>& matrix) {
  AlignedArray<Scalar> part;
  for (Index i = 0; i < rows; ++i) {
    const Scalar* row = matrix.data() + i * stride + first;
    part.insert(part.end(), row, row + columns);
  }
  return part;
}

template <typename Array>
bool SameBits(const Array& a, const Array& b) {
  return a.size() == b.size() &&
         (a.empty() ||
          std::memcmp(a.data(), b.data(), a.size() * sizeof(a[0])) == 0);
}

// Coefficients that differ from column to column, for every rule.
template <typename Scalar>
class RandomSteps {
 public:
  using Rule = typename ColumnSteps<Scalar>::Rule;
  static constexpr Rule kRules[] = {Rule::kStore, Rule::kDescent,
                                    Rule::kMomentum, Rule::kAdam};

  RandomSteps(Index columns, uint64_t seed) {
    RandomStream random(seed);
    for (AlignedArray<Scalar>& array : arrays_) {
      array.resize(columns);
      for (Scalar& value : array) {
        value = static_cast<Scalar>(0.1 + 0.8 * random.NextUniform());
      }
    }
  }

  // Those from column `first`.
  ColumnSteps<Scalar> Get(Rule rule, Index first = 0) const {
    const auto array = [&](int i) { return arrays_[i].data() + first; };
    return {.rule = rule,
            .eta = array(0),
            .decay = array(1),
            .penalty = array(2),
            .momentum = array(3),
            .ahead = array(4),
            .along = array(5),
            .first_rate = array(6),
            .second_rate = array(7),
            .second_scale = array(8),
            .epsilon = array(9)};
  }

 private:
  AlignedArray<Scalar> arrays_[10];
};

}  // namespace etalon::train

#endif  // ETALON_TESTS_WORKER_TRAIN_KERNELS_SUPPORT_H_
