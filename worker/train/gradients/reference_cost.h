#ifndef ETALON_WORKER_TRAIN_GRADIENTS_REFERENCE_COST_H_
#define ETALON_WORKER_TRAIN_GRADIENTS_REFERENCE_COST_H_

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "worker/train/network_spec.h"

namespace etalon::train {

// The cost of training.md written down a second time, from its definition, in
// plain loops over any scalar with arithmetic, order, exp, log and sqrt. It
// shares no code with Network, whose gradients are judged by it, and includes
// neither its kernels nor its layers.

// An affine layer. Where there is batch normalisation after it, `gamma` and
// `beta` have `outputs` numbers; else none.
template <typename Scalar>
struct ReferenceLayer {
  int64_t inputs = 0;
  int64_t outputs = 0;
  std::vector<Scalar> weight;  // (outputs x inputs), row-major
  std::vector<Scalar> bias;
  std::vector<Scalar> gamma;
  std::vector<Scalar> beta;
};

// Images and their classes; borrowed.
struct ReferenceBatch {
  int64_t rows = 0;
  const double* inputs = nullptr;   // (rows x features), row-major
  const uint8_t* labels = nullptr;  // rows
};

template <typename Scalar>
using ReferenceRows = std::vector<std::vector<Scalar>>;

// W x + b of every row.
template <typename Scalar, typename Input>
ReferenceRows<Scalar> ReferenceAffine(const ReferenceLayer<Scalar>& layer,
                                      const ReferenceRows<Input>& input) {
  ReferenceRows<Scalar> output;
  for (const std::vector<Input>& row : input) {
    std::vector<Scalar>& sums = output.emplace_back(layer.bias);
    for (int64_t i = 0; i < layer.outputs; ++i) {
      for (int64_t j = 0; j < layer.inputs; ++j) {
        sums[i] += layer.weight[i * layer.inputs + j] * row[j];
      }
    }
  }
  return output;
}

// gamma (x - mean) / sqrt(variance + 1e-5) + beta per unit, of the batch's own
// moments; the variance divides by the number of rows.
template <typename Scalar>
void ReferenceNormalize(const ReferenceLayer<Scalar>& layer,
                        ReferenceRows<Scalar>& values) {
  using std::sqrt;
  const double rows = static_cast<double>(values.size());
  for (int64_t i = 0; i < layer.outputs; ++i) {
    Scalar mean(0.0);
    for (const std::vector<Scalar>& row : values) mean += row[i];
    mean /= rows;
    Scalar variance(0.0);
    for (const std::vector<Scalar>& row : values) {
      const Scalar deviation = row[i] - mean;
      variance += deviation * deviation;
    }
    variance /= rows;
    const Scalar deviation = sqrt(variance + 1e-5);
    for (std::vector<Scalar>& row : values) {
      row[i] = layer.gamma[i] * (row[i] - mean) / deviation + layer.beta[i];
    }
  }
}

// What an activation multiplies numbers below zero by.
inline double ReferenceSlope(Activation activation) {
  switch (activation) {
    case Activation::kRelu:
      return 0;
    case Activation::kLeakyRelu:
      return 0.01;
    case Activation::kIdentity:
      break;
  }
  return 1;
}

// -log softmax(scores)[label]. Scores are taken relative to the largest: the
// same number, which cannot overflow.
template <typename Scalar>
Scalar ReferenceCrossEntropy(const std::vector<Scalar>& scores, int label) {
  using std::exp;
  using std::log;
  Scalar largest = scores[0];
  for (const Scalar& score : scores) {
    if (largest < score) largest = score;
  }
  Scalar sum(0.0);
  for (const Scalar& score : scores) {
    const Scalar relative = score - largest;
    sum += exp(relative);
  }
  const Scalar own = scores[label] - largest;
  return log(sum) - own;
}

// Mean cross-entropy of the batch plus lambda times the sum of all squared
// weights, as in training but for dropout: there is none.
template <typename Scalar>
Scalar ReferenceCost(const std::vector<ReferenceLayer<Scalar>>& layers,
                     Activation activation, double lambda,
                     const ReferenceBatch& batch) {
  ReferenceRows<double> inputs;
  for (int64_t row = 0; row < batch.rows; ++row) {
    const double* first = batch.inputs + row * layers[0].inputs;
    inputs.emplace_back(first, first + layers[0].inputs);
  }
  ReferenceRows<Scalar> values = ReferenceAffine(layers[0], inputs);
  for (size_t l = 1; l < layers.size(); ++l) {
    if (!layers[l - 1].gamma.empty()) {
      ReferenceNormalize(layers[l - 1], values);
    }
    for (std::vector<Scalar>& row : values) {
      for (Scalar& value : row) {
        if (value < 0.0) value *= ReferenceSlope(activation);
      }
    }
    values = ReferenceAffine(layers[l], values);
  }
  Scalar loss(0.0);
  for (int64_t row = 0; row < batch.rows; ++row) {
    loss += ReferenceCrossEntropy(values[row], batch.labels[row]);
  }
  Scalar squares(0.0);
  for (const ReferenceLayer<Scalar>& layer : layers) {
    for (const Scalar& weight : layer.weight) squares += weight * weight;
  }
  const Scalar mean = loss / static_cast<double>(batch.rows);
  return mean + lambda * squares;
}

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_GRADIENTS_REFERENCE_COST_H_
