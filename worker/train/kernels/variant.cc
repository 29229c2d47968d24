// The kernels, with Eigen. CMake compiles this file once per instruction set,
// with ETALON_KERNEL_VARIANT the name of the set and always optimised.
//
// The linker keeps one copy of an inline function or template, whichever object
// it comes from: were it the AVX-512 one, a processor without AVX-512 would
// crash in code that has nothing to do with kernels. So everything here lives
// under names of the variant's own: Eigen's namespace is renamed, and of the
// standard library only what compiles to no symbol is used. The test
// kernel_symbols holds this to be so.
#define ETALON_CONCAT_NAMES_INNER(a, b) a##b
#define ETALON_CONCAT_NAMES(a, b) ETALON_CONCAT_NAMES_INNER(a, b)
// The namespace of this variant.
#define ETALON_VARIANT_NAMESPACE \
  ETALON_CONCAT_NAMES(kernels_, ETALON_KERNEL_VARIANT)
#define ETALON_STRING_INNER(a) #a
#define ETALON_STRING(a) ETALON_STRING_INNER(a)
#define Eigen ETALON_CONCAT_NAMES(Eigen_, ETALON_KERNEL_VARIANT)
// One thread trains one trial.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/variant_activations.h"
#include "worker/train/kernels/variant_normalization.h"
#include "worker/train/kernels/variant_optimizers.h"
#include "worker/train/kernels/variants.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {
namespace {

template <typename Scalar>
using Matrix =
    Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
// Arrays are aligned by their owners, but a kernel takes any.
template <typename Scalar>
using MatrixMap = Eigen::Map<Matrix<Scalar>>;
template <typename Scalar>
using ConstMatrixMap = Eigen::Map<const Matrix<Scalar>>;
template <typename Scalar>
using RowVectorMap = Eigen::Map<Eigen::Matrix<Scalar, 1, Eigen::Dynamic>>;
template <typename Scalar>
using ConstRowVectorMap =
    Eigen::Map<const Eigen::Matrix<Scalar, 1, Eigen::Dynamic>>;

template <typename Scalar>
void Gather(const uint8_t* images, const uint32_t* rows, Index count,
            Index features, const Scalar* mean, const Scalar* scale,
            Scalar* output) {
  for (Index i = 0; i < count; ++i) {
    const uint8_t* image = images + static_cast<Index>(rows[i]) * features;
    Scalar* __restrict row = output + i * features;
    if (i + 1 < count) {
      // Rows stand in random order, which no hardware prefetcher foresees.
      const uint8_t* next = images + static_cast<Index>(rows[i + 1]) * features;
      for (Index j = 0; j < features; j += 64) __builtin_prefetch(next + j);
    }
    for (Index j = 0; j < features; ++j) {
      row[j] = (static_cast<Scalar>(image[j]) - mean[j]) * scale[j];
    }
  }
}

template <typename Scalar>
void Affine(Index rows, Index inputs, Index outputs, const Scalar* input,
            const Scalar* weights, const Scalar* biases, Scalar* output) {
  MatrixMap<Scalar> out(output, rows, outputs);
  out.noalias() = ConstMatrixMap<Scalar>(input, rows, inputs) *
                  ConstMatrixMap<Scalar>(weights, outputs, inputs).transpose();
  out.rowwise() += ConstRowVectorMap<Scalar>(biases, outputs);
}

template <typename Scalar>
void AffineBackward(Index rows, Index inputs, Index outputs,
                    const Scalar* output_gradient, const Scalar* weights,
                    Scalar* input_gradient) {
  MatrixMap<Scalar>(input_gradient, rows, inputs).noalias() =
      ConstMatrixMap<Scalar>(output_gradient, rows, outputs) *
      ConstMatrixMap<Scalar>(weights, outputs, inputs);
}

template <typename Scalar>
void AffineAccumulate(Index rows, Index inputs, Index outputs,
                      const Scalar* input, const Scalar* output_gradient,
                      Scalar decay, Scalar step, Scalar* weights,
                      Scalar* biases) {
  const ConstMatrixMap<Scalar> gradient(output_gradient, rows, outputs);
  MatrixMap<Scalar> target(weights, outputs, inputs);
  // Not target *= 1 - decay: float32 rounds a small decay away.
  if (decay != 0) target -= decay * target;
  target.noalias() += (step * gradient.transpose()) *
                      ConstMatrixMap<Scalar>(input, rows, inputs);
  RowVectorMap<Scalar>(biases, outputs) += step * gradient.colwise().sum();
}

template <typename Scalar>
void AffineGradient(Index rows, Index inputs, Index outputs,
                    const Scalar* input, const Scalar* output_gradient,
                    Scalar* weight_gradient, Scalar* bias_gradient) {
  const ConstMatrixMap<Scalar> gradient(output_gradient, rows, outputs);
  MatrixMap<Scalar>(weight_gradient, outputs, inputs).noalias() =
      gradient.transpose() * ConstMatrixMap<Scalar>(input, rows, inputs);
  RowVectorMap<Scalar>(bias_gradient, outputs) = gradient.colwise().sum();
}

template <typename Scalar>
Tally SoftmaxCrossEntropy(Index rows, Index classes, const uint8_t* labels,
                          Scalar gradient_scale, Scalar* scores) {
  Tally tally;
  for (Index i = 0; i < rows; ++i) {
    Scalar* row = scores + i * classes;
    Index best = 0;
    for (Index j = 1; j < classes; ++j) {
      if (row[j] > row[best]) best = j;
    }
    tally.correct += best == labels[i];
    // Shifting by the highest score leaves the softmax as it is and keeps the
    // exponentials in [0, 1]. A NaN or infinite score makes the sum NaN.
    const Scalar highest = row[best];
    double sum = 0;
    const double label_score = static_cast<double>(row[labels[i]] - highest);
    for (Index j = 0; j < classes; ++j) {
      row[j] = Eigen::numext::exp(row[j] - highest);
      sum += static_cast<double>(row[j]);
    }
    tally.loss_sum += Eigen::numext::log(sum) - label_score;
    const Scalar scale = gradient_scale / static_cast<Scalar>(sum);
    for (Index j = 0; j < classes; ++j) row[j] *= scale;
    row[labels[i]] -= gradient_scale;
  }
  return tally;
}

template <typename Scalar>
double SumOfSquares(Index count, const Scalar* values) {
  return ConstRowVectorMap<Scalar>(values, count)
      .template cast<double>()
      .squaredNorm();
}

template <typename Scalar>
constexpr Kernels<Scalar> MakeKernels() {
  return {.gather = Gather<Scalar>,
          .affine = Affine<Scalar>,
          .affine_backward = AffineBackward<Scalar>,
          .affine_accumulate = AffineAccumulate<Scalar>,
          .affine_gradient = AffineGradient<Scalar>,
          .column_moments = ColumnMoments<Scalar>,
          .normalize = Normalize<Scalar>,
          .normalize_backward = NormalizeBackward<Scalar>,
          .relu = Relu<Scalar>,
          .relu_backward = ReluBackward<Scalar>,
          .leaky_relu = LeakyRelu<Scalar>,
          .leaky_relu_backward = LeakyReluBackward<Scalar>,
          .multiply = Multiply<Scalar>,
          .softmax_cross_entropy = SoftmaxCrossEntropy<Scalar>,
          .sum_of_squares = SumOfSquares<Scalar>,
          .momentum_step = StepMomentum<Scalar>,
          .adam_step = StepAdam<Scalar>};
}

// Eigen sizes the blocks of a product, and with them the order of its sums, by
// the processor's caches. Fixed sizes give every machine the same bits; these
// are a current server core's and were as fast as the detected ones.
void FixCacheSizes() {
  constexpr Index kLevel1 = 32 << 10;
  constexpr Index kLevel2 = 1 << 20;
  constexpr Index kLevel3 = 4 << 20;
  Eigen::setCpuCacheSizes(kLevel1, kLevel2, kLevel3);
}

constexpr KernelSet kKernels = {ETALON_STRING(ETALON_KERNEL_VARIANT),
                                MakeKernels<float>(), MakeKernels<double>()};

}  // namespace

const KernelSet& Get() {
  static const KernelSet& kernels = (FixCacheSizes(), kKernels);
  return kernels;
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train
