#include "worker/train/layers/fully_connected.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "common/random.h"

namespace etalon::train {
namespace {

double Deviation(const XavierInit&, double inputs) {
  return 1 / std::sqrt(inputs);
}
double Deviation(const HeInit&, double inputs) { return std::sqrt(2 / inputs); }
double Deviation(const NormalInit& init, double) { return init.deviation; }

template <typename Scalar>
Columns LayOut(const AffineShape& shape, Index products,
               Index product_columns) {
  return {.members = shape.members,
          .units = shape.outputs,
          .stride = shape.shared_input ? shape.outputs : product_columns,
          .width = products * product_columns};
}

}  // namespace

template <typename Scalar>
FullyConnected<Scalar>::FullyConnected(const Kernels<Scalar>& kernels,
                                       const AffineShape& shape,
                                       StepRule<Scalar> rule, Index max_rows)
    : kernels_(&kernels),
      shape_(shape),
      products_(shape.shared_input ? 1 : shape.members),
      product_columns_(PaddedColumns<Scalar>(
          shape.shared_input ? shape.members * shape.outputs : shape.outputs)),
      columns_(LayOut<Scalar>(shape, products_, product_columns_)),
      weights_(products_ * WeightsPerProduct(), rule),
      biases_(columns_.width, rule),
      copies_(kernels.weights_need_copy ? products_ * CopyBytes() : 0),
      packed_gradient_(kernels.packed_panels_bytes(max_rows, product_columns_)),
      bias_gradient_(columns_.width) {
  if (shape.shared_input) return;
  const Index padded_rows = PaddedColumns<Scalar>(max_rows);
  const Index depth = std::min(shape.outputs, kPanelColumns<Scalar>);
  transposed_gradient_.resize(shape.outputs * padded_rows);
  packed_weights_.resize(kernels.packed_input_bytes(shape.inputs, depth));
  packed_transposed_.resize(kernels.packed_panels_bytes(depth, padded_rows));
  transposed_input_gradient_.resize(shape.inputs * padded_rows);
}

template <typename Scalar>
Index FullyConnected<Scalar>::WeightsPerProduct() const {
  return PaddedPanelRows(shape_.inputs) * product_columns_;
}

template <typename Scalar>
Index FullyConnected<Scalar>::CopyBytes() const {
  return kernels_->packed_panels_bytes(shape_.inputs, product_columns_);
}

template <typename Scalar>
const std::byte* FullyConnected<Scalar>::RightFactor(Index product) const {
  if (!copies_.empty()) return copies_.data() + product * CopyBytes();
  return reinterpret_cast<const std::byte*>(weights_.values.data() +
                                            product * WeightsPerProduct());
}

template <typename Scalar>
void FullyConnected<Scalar>::Initialize(Index member, const WeightInit& init,
                                        uint64_t seed, uint64_t stream) {
  const double deviation = std::visit(
      [&](const auto& i) {
        return Deviation(i, static_cast<double>(shape_.inputs));
      },
      init);
  RandomStream random(seed, stream);
  const ArrayView<Scalar> weights = WeightsOf(member, weights_.values);
  for (Index i = 0; i < shape_.outputs * shape_.inputs; ++i) {
    weights[i] = static_cast<Scalar>(deviation * random.NextNormal());
  }
  std::fill_n(biases_.values.begin() + columns_.First(member), shape_.outputs,
              Scalar{0});
}

template <typename Scalar>
void FullyConnected<Scalar>::RefreshCopies() {
  if (copies_.empty()) return;
  for (Index p = 0; p < products_; ++p) {
    kernels_->copy_weights(shape_.inputs, product_columns_,
                           weights_.values.data() + p * WeightsPerProduct(),
                           CopyOf(p));
  }
}

template <typename Scalar>
void FullyConnected<Scalar>::Forward(Index rows, const std::byte* input,
                                     Scalar* output) const {
  const Index input_bytes = kernels_->packed_input_bytes(rows, shape_.inputs);
  for (Index p = 0; p < products_; ++p) {
    const Index first = p * product_columns_;
    kernels_->multiply(rows, shape_.inputs, product_columns_,
                       input + p * input_bytes, RightFactor(p),
                       biases_.values.data() + first, columns_.width,
                       output + first);
  }
}

// input_gradient^T (inputs x rows) = W (inputs x outputs) * output_gradient^T:
// weights are the left factor then, panel by panel, and only what belongs to
// the batch is transposed.
template <typename Scalar>
void FullyConnected<Scalar>::Backward(Index rows, const Scalar* output_gradient,
                                      const Columns& input_columns,
                                      Scalar* input_gradient) {
  const Index padded_rows = PaddedColumns<Scalar>(rows);
  for (Index p = 0; p < products_; ++p) {
    std::fill(transposed_gradient_.begin(), transposed_gradient_.end(),
              Scalar{0});
    kernels_->transpose(rows, shape_.outputs, columns_.width,
                        output_gradient + p * product_columns_, padded_rows,
                        transposed_gradient_.data());
    std::fill(transposed_input_gradient_.begin(),
              transposed_input_gradient_.end(), Scalar{0});
    for (Index first = 0; first < shape_.outputs;
         first += kPanelColumns<Scalar>) {
      const Index width =
          std::min(kPanelColumns<Scalar>, product_columns_ - first);
      const Index depth = std::min(width, shape_.outputs - first);
      kernels_->pack_input(shape_.inputs, depth, width,
                           weights_.values.data() + p * WeightsPerProduct() +
                               first * PaddedPanelRows(shape_.inputs),
                           packed_weights_.data());
      kernels_->pack_panels(depth, padded_rows, padded_rows,
                            transposed_gradient_.data() + first * padded_rows,
                            packed_transposed_.data());
      kernels_->multiply(shape_.inputs, depth, padded_rows,
                         packed_weights_.data(), packed_transposed_.data(),
                         /*biases=*/nullptr, padded_rows,
                         transposed_input_gradient_.data());
    }
    kernels_->transpose(shape_.inputs, rows, padded_rows,
                        transposed_input_gradient_.data(), input_columns.width,
                        input_gradient + input_columns.First(p));
  }
}

template <typename Scalar>
void FullyConnected<Scalar>::Step(Index rows, const std::byte* input,
                                  const Scalar* output_gradient,
                                  const StepTable<Scalar>& steps) {
  const Index input_bytes = kernels_->packed_input_bytes(rows, shape_.inputs);
  for (Index p = 0; p < products_; ++p) {
    const Index first = p * product_columns_;
    kernels_->pack_panels(rows, product_columns_, columns_.width,
                          output_gradient + first, packed_gradient_.data());
    SteppedArrays<Scalar> weights = weights_.From(p * WeightsPerProduct());
    weights.copy = CopyOf(p);
    kernels_->descend(rows, shape_.inputs, product_columns_,
                      input + p * input_bytes, packed_gradient_.data(),
                      steps.Penalized(first), weights);
  }
  kernels_->column_sums(rows, columns_.width, output_gradient,
                        bias_gradient_.data());
  kernels_->descend_vector(columns_.width, bias_gradient_.data(),
                           steps.Unpenalized(), biases_.From(0));
}

template <typename Scalar>
ArrayView<Scalar> FullyConnected<Scalar>::WeightsOf(
    Index member, AlignedArray<Scalar>& array) const {
  if (shape_.shared_input) {
    return {array.data(), shape_.inputs, product_columns_,
            columns_.First(member)};
  }
  return {array.data() + member * WeightsPerProduct(), shape_.inputs,
          product_columns_, 0};
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> FullyConnected<Scalar>::Arrays(
    Index member, const std::string& prefix, const std::string& suffix,
    AlignedArray<Scalar>& weights, AlignedArray<Scalar>& biases) const {
  return {{prefix + "weight" + suffix,
           {shape_.outputs, shape_.inputs},
           WeightsOf(member, weights),
           shape_.outputs * shape_.inputs},
          {prefix + "bias" + suffix,
           {shape_.outputs},
           ArrayView<Scalar>(biases.data() + columns_.First(member)),
           shape_.outputs}};
}

template <typename Scalar>
std::vector<Parameter<Scalar>> FullyConnected<Scalar>::Parameters(
    Index member, const std::string& prefix) {
  const auto values =
      Arrays(member, prefix, "", weights_.values, biases_.values);
  std::vector<Parameter<Scalar>> parameters = {
      {values[0], {}, /*penalized=*/true}, {values[1], {}, false}};
  if (weights_.first_moment.empty()) return parameters;
  const auto gradients = FirstMoments(member, prefix, "");
  for (size_t i = 0; i < parameters.size(); ++i) {
    parameters[i].gradient = gradients[i].values;
  }
  return parameters;
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> FullyConnected<Scalar>::FirstMoments(
    Index member, const std::string& prefix, const std::string& suffix) {
  return Arrays(member, prefix, suffix, weights_.first_moment,
                biases_.first_moment);
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> FullyConnected<Scalar>::SecondMoments(
    Index member, const std::string& prefix, const std::string& suffix) {
  return Arrays(member, prefix, suffix, weights_.second_moment,
                biases_.second_moment);
}

template <typename Scalar>
void FullyConnected<Scalar>::AddSquaredWeights(
    std::vector<double>& sums) const {
  std::vector<double> columns(static_cast<size_t>(columns_.width));
  for (Index p = 0; p < products_; ++p) {
    kernels_->add_squares(PaddedPanelRows(shape_.inputs), product_columns_,
                          weights_.values.data() + p * WeightsPerProduct(),
                          columns.data() + p * product_columns_);
  }
  for (size_t t = 0; t < sums.size(); ++t) {
    const Index first = columns_.First(static_cast<Index>(t));
    for (Index j = first; j < first + columns_.units; ++j) {
      sums[t] += columns[static_cast<size_t>(j)];
    }
  }
}

template class FullyConnected<float>;
template class FullyConnected<double>;

}  // namespace etalon::train
