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

// With g = gradient + penalty * w: v <- momentum * v + g, then w <- w - eta *
// v, or in Nesterov's form w <- w - eta * (g + momentum * v).
template <typename Scalar>
struct MomentumStep {
  Scalar eta;
  Scalar momentum;
  Scalar penalty;
  bool nesterov;
};

// With g = gradient + penalty * w: m <- m + first_rate * (g - m),
// v <- v + second_rate * (g^2 - v),
// w <- w - decay * w - eta * m / (sqrt(v) * second_scale + epsilon).
// A v that overflows makes w NaN.
template <typename Scalar>
struct AdamStep {
  Scalar eta;           // first bias correction included
  Scalar first_rate;    // 1 - beta1
  Scalar second_rate;   // 1 - beta2
  Scalar second_scale;  // second bias correction
  Scalar epsilon;
  Scalar penalty;
  Scalar decay;
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

  // weight_gradient = output_gradient^T * input,
  // bias_gradient = column sums of output_gradient.
  void (*affine_gradient)(Index rows, Index inputs, Index outputs,
                          const Scalar* input, const Scalar* output_gradient,
                          Scalar* weight_gradient, Scalar* bias_gradient);

  // mean and variance (the biased one) of each column of values (rows x
  // columns).
  void (*column_moments)(Index rows, Index columns, const Scalar* values,
                         Scalar* mean, Scalar* variance);

  // normalized = (values - mean) * scale, values = gamma * normalized + beta,
  // all (rows x columns), the rest per column.
  void (*normalize)(Index rows, Index columns, const Scalar* mean,
                    const Scalar* scale, const Scalar* gamma,
                    const Scalar* beta, Scalar* normalized, Scalar* values);

  // The way back through `normalize` by the moments of the rows themselves:
  // gradient (rows x columns), that with respect to what left as values,
  // becomes in place that with respect to what came in. gamma_gradient = column
  // sums of gradient * normalized, beta_gradient = column sums of gradient.
  void (*normalize_backward)(Index rows, Index columns,
                             const Scalar* normalized, const Scalar* scale,
                             const Scalar* gamma, Scalar* gradient,
                             Scalar* gamma_gradient, Scalar* beta_gradient);

  // values = max(values, 0), in place.
  void (*relu)(Index count, Scalar* values);

  // Zeroes gradient where the activation (an output of relu) is zero.
  void (*relu_backward)(Index count, const Scalar* activations,
                        Scalar* gradient);

  // Multiplies values below zero by `slope`, in place.
  void (*leaky_relu)(Index count, Scalar slope, Scalar* values);

  // Multiplies gradient by `slope` where the activation is not above zero.
  void (*leaky_relu_backward)(Index count, Scalar slope,
                              const Scalar* activations, Scalar* gradient);

  // values *= factors, one by one.
  void (*multiply)(Index count, const Scalar* factors, Scalar* values);

  // Turns scores (rows x classes) in place into the gradient of
  // `gradient_scale` times the summed cross-entropy with respect to them, that
  // is gradient_scale * (softmax(scores) - one-hot(labels)). Ties of the
  // highest score go to the lowest class.
  Tally (*softmax_cross_entropy)(Index rows, Index classes,
                                 const uint8_t* labels, Scalar gradient_scale,
                                 Scalar* scores);

  double (*sum_of_squares)(Index count, const Scalar* values);

  // One step of an optimiser, in one pass over all arrays.
  void (*momentum_step)(Index count, const MomentumStep<Scalar>& step,
                        const Scalar* gradient, Scalar* velocity,
                        Scalar* values);
  void (*adam_step)(Index count, const AdamStep<Scalar>& step,
                    const Scalar* gradient, Scalar* first_moment,
                    Scalar* second_moment, Scalar* values);
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
