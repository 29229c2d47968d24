#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_EIGEN_PRODUCTS_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_EIGEN_PRODUCTS_H_

// A part of variant.cc, which alone includes it: the products where the source
// knows no vector unit of the processor: Eigen has kernels for those of most.
//
// Eigen goes through the columns of a product in blocks of four, and what is
// left of them otherwise, in another order of adding up. So the columns of a
// trial stand as the columns of Eigen's right factor, of which there are always
// a multiple of four, and of a column-major result: each is worked on like any
// other. The rows, whose rest differs, are the same ones in every group.

#include <Eigen/Core>
#include <algorithm>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"
#include "worker/train/kernels/variant_descend.h"
#include "worker/train/kernels/variant_factors.h"
#include "worker/train/kernels/variant_multiply.h"
#include "worker/train/kernels/variant_steps.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

template <typename Scalar>
using RowMajorView =
    Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic,
                                   Eigen::RowMajor>,
               Eigen::Unaligned, Eigen::OuterStride<>>;

// Rows of a result that are made at once, and its most columns: 24 KiB.
inline constexpr Index kEigenRows = 128;
template <typename Scalar, int kOrder>
using EigenTile =
    Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, kOrder, kEigenRows,
                  static_cast<int>(kPanelColumns<Scalar>)>;

// How Eigen cuts the depth hangs on the caches, which it asks the processor
// for; a kernel's bits may not.
inline void FixEigenBlocks() {
  static const bool fixed = [] {
    Eigen::setCpuCacheSizes(32 << 10, 512 << 10, 2 << 20);
    return true;
  }();
  static_cast<void>(fixed);
}

// Calls function(first column, number of columns) for each panel.
template <typename Scalar, typename Function>
void ForPanels(Index columns, const Function& function) {
  for (Index first = 0; first < columns; first += kPanelColumns<Scalar>) {
    function(first, std::min(kPanelColumns<Scalar>, columns - first));
  }
}

template <typename Factors, typename Scalar = typename Factors::Scalar>
void EigenMultiply(Index rows, Index depth, Index columns,
                   const std::byte* input, const std::byte* panels,
                   const Scalar* biases, Index stride, Scalar* output) {
  FixEigenBlocks();
  const RowMajorView<Scalar> left(
      reinterpret_cast<const Scalar*>(input), rows, depth,
      Eigen::OuterStride<>(Factors::Layout(rows, depth).row_stride));
  ForPanels<Scalar>(columns, [&](Index first, Index width) {
    const RowMajorView<Scalar> right(reinterpret_cast<const Scalar*>(panels) +
                                         first * Factors::PanelElements(depth),
                                     depth, width, Eigen::OuterStride<>(width));
    EigenTile<Scalar, Eigen::ColMajor> product;
    for (Index top = 0; top < rows; top += kEigenRows) {
      const Index count = std::min(kEigenRows, rows - top);
      product.noalias() = left.middleRows(top, count) * right;
      for (Index i = 0; i < count; ++i) {
        Scalar* target = output + (top + i) * stride + first;
        const Scalar* addend = biases == nullptr ? target : biases + first;
        for (Index j = 0; j < width; ++j) target[j] = product(i, j) + addend[j];
      }
    }
  });
}

template <typename Factors, typename Scalar = typename Factors::Scalar>
void EigenDescend(Index rows, Index inputs, Index columns,
                  const std::byte* input, const std::byte* gradient,
                  const ColumnSteps<Scalar>& steps,
                  const SteppedArrays<Scalar>& weights) {
  FixEigenBlocks();
  const RowMajorView<Scalar> left(
      reinterpret_cast<const Scalar*>(input), rows, inputs,
      Eigen::OuterStride<>(Factors::Layout(rows, inputs).row_stride));
  const auto step_tile = [&]<typename Step>(const auto& tile, Index first,
                                            Index top) {
    const Index offset = first * PaddedPanelRows(inputs) + top * tile.cols();
    for (Index j = 0; j < tile.cols(); j += kVectorLanes<Scalar>) {
      const Step step(steps, first + j);
      for (Index i = 0; i < tile.rows(); ++i) {
        step(weights, offset + i * tile.cols() + j,
             Load(tile.data() + i * tile.cols() + j));
      }
    }
  };
  ForPanels<Scalar>(columns, [&](Index first, Index width) {
    const RowMajorView<Scalar> right(reinterpret_cast<const Scalar*>(gradient) +
                                         first * Factors::PanelElements(rows),
                                     rows, width, Eigen::OuterStride<>(width));
    EigenTile<Scalar, Eigen::ColMajor> product;
    EigenTile<Scalar, Eigen::RowMajor> tile;
    for (Index top = 0; top < inputs; top += kEigenRows) {
      const Index count = std::min(kEigenRows, inputs - top);
      product.noalias() = left.middleCols(top, count).transpose() * right;
      tile = product;
      DispatchRule<Scalar>(steps.rule, [&]<typename Step>() {
        step_tile.template operator()<Step>(tile, first, top);
      });
    }
  });
}

template <>
inline void Multiply<PlainFactors<float>>(Index rows, Index depth,
                                          Index columns, const std::byte* input,
                                          const std::byte* panels,
                                          const float* biases, Index stride,
                                          float* output) {
  EigenMultiply<PlainFactors<float>>(rows, depth, columns, input, panels,
                                     biases, stride, output);
}

template <>
inline void Multiply<PlainFactors<double>>(Index rows, Index depth,
                                           Index columns,
                                           const std::byte* input,
                                           const std::byte* panels,
                                           const double* biases, Index stride,
                                           double* output) {
  EigenMultiply<PlainFactors<double>>(rows, depth, columns, input, panels,
                                      biases, stride, output);
}

template <>
inline void Descend<PlainFactors<float>>(Index rows, Index inputs,
                                         Index columns, const std::byte* input,
                                         const std::byte* gradient,
                                         const ColumnSteps<float>& steps,
                                         const SteppedArrays<float>& weights) {
  EigenDescend<PlainFactors<float>>(rows, inputs, columns, input, gradient,
                                    steps, weights);
}

template <>
inline void Descend<PlainFactors<double>>(
    Index rows, Index inputs, Index columns, const std::byte* input,
    const std::byte* gradient, const ColumnSteps<double>& steps,
    const SteppedArrays<double>& weights) {
  EigenDescend<PlainFactors<double>>(rows, inputs, columns, input, gradient,
                                     steps, weights);
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_EIGEN_PRODUCTS_H_
