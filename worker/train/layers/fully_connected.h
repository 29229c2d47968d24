#ifndef ETALON_WORKER_TRAIN_LAYERS_FULLY_CONNECTED_H_
#define ETALON_WORKER_TRAIN_LAYERS_FULLY_CONNECTED_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/layers/columns.h"
#include "worker/train/layers/learnt_array.h"
#include "worker/train/network_spec.h"
#include "worker/train/optimizers/step_table.h"
#include "worker/train/parameter.h"

namespace etalon::train {

// How a group's fully connected layer is laid out.
struct AffineShape {
  Index inputs = 0;  // of each member
  Index outputs = 0;
  Index members = 1;
  // Whether all members have the same input, the batch: then their weights
  // stand side by side as one matrix, and one product serves them all.
  // Otherwise each has a product of its own.
  bool shared_input = true;
};

// The fully connected layers of a group of trials, y = W x + b for every row x
// of a batch. Inputs are packed (kernels.h), one matrix for each product, one
// behind the other; outputs are (rows x columns().width). Owns its parameters
// and what optimisers remember of them. Not thread-safe.
template <typename Scalar>
class FullyConnected {
 public:
  // `kernels` must outlive the layer. Parameters start at zero.
  FullyConnected(const Kernels<Scalar>& kernels, const AffineShape& shape,
                 StepRule<Scalar> rule, Index max_rows);

  // Draws a member's weights as `init` says from the numbers of `seed` and
  // `stream`, and zeroes its biases. Call RefreshCopies after the last.
  void Initialize(Index member, const WeightInit& init, uint64_t seed,
                  uint64_t stream);
  // Whatever else wrote weights must call this before the next Forward.
  void RefreshCopies();

  void Forward(Index rows, const std::byte* input, Scalar* output) const;

  // The loss's gradient with respect to the input (rows x
  // input_columns.width), padding untouched, from that with respect to the
  // output. For layers that do not share their input.
  void Backward(Index rows, const Scalar* output_gradient,
                const Columns& input_columns, Scalar* input_gradient);

  // Steps against the gradients of weights and biases, given that with respect
  // to the output.
  void Step(Index rows, const std::byte* input, const Scalar* output_gradient,
            const StepTable<Scalar>& steps);

  // Of a member: `prefix`weight (outputs x inputs) and `prefix`bias.
  std::vector<Parameter<Scalar>> Parameters(Index member,
                                            const std::string& prefix);
  // What the rule remembers of them: first moments, or second ones.
  std::vector<NamedArray<Scalar>> FirstMoments(Index member,
                                               const std::string& prefix,
                                               const std::string& suffix);
  std::vector<NamedArray<Scalar>> SecondMoments(Index member,
                                                const std::string& prefix,
                                                const std::string& suffix);

  // Adds every member's squared weights to its sum.
  void AddSquaredWeights(std::vector<double>& sums) const;

  const Columns& columns() const { return columns_; }
  Index products() const { return products_; }

 private:
  // Numbers of the weights of one product, and bytes of their copy.
  Index WeightsPerProduct() const;
  Index CopyBytes() const;
  std::byte* CopyOf(Index product) {
    return copies_.empty() ? nullptr : copies_.data() + product * CopyBytes();
  }
  // What multiply reads of a product's weights.
  const std::byte* RightFactor(Index product) const;
  ArrayView<Scalar> WeightsOf(Index member, AlignedArray<Scalar>& array) const;
  std::vector<NamedArray<Scalar>> Arrays(Index member,
                                         const std::string& prefix,
                                         const std::string& suffix,
                                         AlignedArray<Scalar>& weights,
                                         AlignedArray<Scalar>& biases) const;

  const Kernels<Scalar>* kernels_;
  AffineShape shape_;
  Index products_;
  Index product_columns_;  // padded
  Columns columns_;
  LearntArray<Scalar>
      weights_;                 // panels (inputs x product_columns), by product
  LearntArray<Scalar> biases_;  // a number for each column
  // Of all products, where the precision reads copies.
  AlignedArray<std::byte> copies_;
  // Work space of one product.
  AlignedArray<std::byte> packed_gradient_;
  AlignedArray<Scalar> bias_gradient_;
  AlignedArray<Scalar> transposed_gradient_;        // (outputs x rows)
  AlignedArray<std::byte> packed_weights_;          // a panel as an input
  AlignedArray<std::byte> packed_transposed_;       // its part of the gradient
  AlignedArray<Scalar> transposed_input_gradient_;  // (inputs x rows)
};

extern template class FullyConnected<float>;
extern template class FullyConnected<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_FULLY_CONNECTED_H_
