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
#include "worker/train/kernels/variant_columns.h"
#include "worker/train/kernels/variant_descend.h"
#include "worker/train/kernels/variant_factors.h"
#include "worker/train/kernels/variant_multiply.h"
#include "worker/train/kernels/variant_normalization.h"
#include "worker/train/kernels/variant_pack.h"
#include "worker/train/kernels/variant_softmax.h"
#include "worker/train/kernels/variant_steps.h"
#include "worker/train/kernels/variants.h"
#if defined(__AMX_BF16__)
#include "worker/train/kernels/variant_amx_products.h"
#endif
#if !defined(__AVX2__)
#include "worker/train/kernels/variant_eigen_products.h"
#endif

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {
namespace {

// A name promises bits, and flags gone missing would show in nothing but time.
#if defined(__AMX_BF16__)
#define ETALON_EXPECTED_VARIANT "amx_bf16"
#elif defined(__AVX512BF16__)
#define ETALON_EXPECTED_VARIANT "avx512_bf16"
#elif defined(__AVX512F__)
#define ETALON_EXPECTED_VARIANT "avx512"
#elif defined(__AVX2__)
#define ETALON_EXPECTED_VARIANT "avx2"
#else
#define ETALON_EXPECTED_VARIANT "generic"
#endif
static_assert(__builtin_strcmp(ETALON_STRING(ETALON_KERNEL_VARIANT),
                               ETALON_EXPECTED_VARIANT) == 0,
              "compiled for another instruction set than it is named after");

template <typename Factors>
constexpr auto MakeKernels() {
  using Scalar = typename Factors::Scalar;
  return Kernels<Scalar>{.packed_input_bytes = PackedInputBytes<Factors>,
                         .gather = Gather<Factors>,
                         .pack_input = PackInput<Factors>,
                         .packed_panels_bytes = PackedPanelsBytes<Factors>,
                         .pack_panels = PackPanels<Factors>,
                         .weights_need_copy = Factors::kDepth > 1,
                         .copy_weights = CopyWeights<Factors>,
                         .multiply = Multiply<Factors>,
                         .descend = Descend<Factors>,
                         .descend_vector = DescendVector<Scalar>,
                         .transpose = Transpose<Scalar>,
                         .column_sums = ColumnSums<Scalar>,
                         .add_squares = AddSquares<Scalar>,
                         .column_moments = ColumnMoments<Scalar>,
                         .normalize = Normalize<Scalar>,
                         .normalize_backward = NormalizeBackward<Scalar>,
                         .relu = Relu<Scalar>,
                         .relu_backward = ReluBackward<Scalar>,
                         .leaky_relu = LeakyRelu<Scalar>,
                         .leaky_relu_backward = LeakyReluBackward<Scalar>,
                         .multiply_elements = MultiplyElements<Scalar>,
                         .softmax_cross_entropy = SoftmaxCrossEntropy<Scalar>};
}

#if defined(__AMX_BF16__)
using Bfloat16Factors = TilePairFactors;
#else
using Bfloat16Factors = PairFactors;
#endif

constexpr KernelSet kKernels = {
    ETALON_STRING(ETALON_KERNEL_VARIANT), MakeKernels<PlainFactors<float>>(),
    MakeKernels<Bfloat16Factors>(), MakeKernels<PlainFactors<double>>()};

}  // namespace

const KernelSet& Get() { return kKernels; }

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train
