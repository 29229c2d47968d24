#ifndef ETALON_WORKER_TRAIN_KERNELS_KERNELS_H_
#define ETALON_WORKER_TRAIN_KERNELS_KERNELS_H_

#include <cstddef>
#include <cstdint>

namespace etalon::train {

using Index = std::ptrdiff_t;

// What a classifier got on some images.
struct Tally {
  double loss_sum = 0;  // cross-entropies added up; not finite on divergence
  int64_t correct = 0;
};

// The heavy work of training on raw arrays, one implementation per instruction
// set. Every matrix is row-major and dense; a row is an image, or in a weight
// matrix (outputs x inputs) an output unit. Arrays do not overlap unless said.
// All functions are pure but for their outputs, run on the calling thread, and
// give the same bits for the same arguments; NaN and infinity pass through.
template <typename Scalar>
struct Kernels {
  // output (count x features) = (images[rows[i]] - mean) * scale, per feature.
  void (*gather)(const uint8_t* images, const uint32_t* rows, Index count,
                 Index features, const Scalar* mean, const Scalar* scale,
                 Scalar* output);

  // output (rows x outputs) = input (rows x inputs) * weights^T + biases.
  void (*affine)(Index rows, Index inputs, Index outputs, const Scalar* input,
                 const Scalar* weights, const Scalar* biases, Scalar* output);

  // input_gradient (rows x inputs) = output_gradient (rows x outputs) *
  // weights.
  void (*affine_backward)(Index rows, Index inputs, Index outputs,
                          const Scalar* output_gradient, const Scalar* weights,
                          Scalar* input_gradient);

  // weights += step * output_gradient^T * input - decay * weights,
  // biases += step * (column sums of output_gradient).
  void (*affine_accumulate)(Index rows, Index inputs, Index outputs,
                            const Scalar* input, const Scalar* output_gradient,
                            Scalar decay, Scalar step, Scalar* weights,
                            Scalar* biases);

  // values = max(values, 0), in place.
  void (*relu)(Index count, Scalar* values);

  // Zeroes gradient where the activation (an output of relu) is zero.
  void (*relu_backward)(Index count, const Scalar* activations,
                        Scalar* gradient);

  // Turns scores (rows x classes) in place into the gradient of
  // `gradient_scale` times the summed cross-entropy with respect to them, that
  // is gradient_scale * (softmax(scores) - one-hot(labels)). Ties of the
  // highest score go to the lowest class.
  Tally (*softmax_cross_entropy)(Index rows, Index classes,
                                 const uint8_t* labels, Scalar gradient_scale,
                                 Scalar* scores);

  double (*sum_of_squares)(Index count, const Scalar* values);
};

// The kernels of one instruction set: float32 to train with, float64 to check
// gradients with.
struct KernelSet {
  const char* name;
  Kernels<float> float32;
  Kernels<double> float64;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_KERNELS_H_
