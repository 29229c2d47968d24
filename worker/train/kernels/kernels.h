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

// How the columns of a group's arrays step against their gradient g; each
// pointer has one number for every column, and only those of the rule are read.
// Columns of one trial have the same numbers, those of another trial others.
template <typename Scalar>
struct ColumnSteps {
  enum class Rule {
    // No step: the gradient is stored as the first moment.
    kStore,
    // w <- w - decay * w - eta * g.
    kDescent,
    // g <- g + penalty * w, v <- momentum * v + g,
    // w <- w - eta * (ahead * g + along * v); v is the first moment. Nesterov's
    // form has ahead 1 and along the momentum, the plain one 0 and 1.
    kMomentum,
    // g <- g + penalty * w, m <- m + first_rate * (g - m),
    // v <- v + second_rate * (g^2 - v),
    // w <- w - decay * w - eta * m / (sqrt(v) * second_scale + epsilon).
    // A v that overflows makes w NaN.
    kAdam,
  };
  Rule rule = Rule::kDescent;
  const Scalar* eta = nullptr;  // of kAdam with the first bias correction
  const Scalar* decay = nullptr;
  const Scalar* penalty = nullptr;
  const Scalar* momentum = nullptr;
  const Scalar* ahead = nullptr;
  const Scalar* along = nullptr;
  const Scalar* first_rate = nullptr;    // 1 - beta1
  const Scalar* second_rate = nullptr;   // 1 - beta2
  const Scalar* second_scale = nullptr;  // second bias correction
  const Scalar* epsilon = nullptr;
};

// What a step changes: values and, as the rule has them, their moments, all
// laid out alike; and the copy of the values that products read, where the
// precision has one.
template <typename Scalar>
struct SteppedArrays {
  Scalar* values = nullptr;
  Scalar* first_moment = nullptr;
  Scalar* second_moment = nullptr;
  std::byte* copy = nullptr;
};

// The heavy work of training on raw arrays, one implementation per instruction
// set and precision. A matrix is row-major; the columns of arrays that belong
// to a group of trials are padded to a multiple of kLanes<Scalar> (panels.h),
// and padding is worked on like the rest. Arrays do not overlap unless said,
// and begin on cache lines. All functions are pure but for their outputs, run
// on the calling thread, and give the same bits for the same arguments; NaN and
// infinity pass through. What they give in one column does not depend on the
// others, on how many there are or on where it stands: so a trial gets the same
// bits in every group.
//
// The two factors of a product are read from packed copies, whose form is each
// precision's own; panels.h tells of panels.
template <typename Scalar>
struct Kernels {
  // ---- Packed inputs: the left factor, a row for each image.
  // Bytes of a packed matrix (rows x columns); `columns` is any number.
  Index (*packed_input_bytes)(Index rows, Index columns);

  // Packs (images[rows[i]] - mean) * scale, per feature, for i < count.
  void (*gather)(const uint8_t* images, const uint32_t* rows, Index count,
                 Index features, const Scalar* mean, const Scalar* scale,
                 std::byte* packed);

  // Packs the first `columns` columns of values (rows x stride).
  void (*pack_input)(Index rows, Index columns, Index stride,
                     const Scalar* values, std::byte* packed);

  // ---- Packed panels: the right factor.
  // Bytes of a packed matrix (rows x columns), `columns` padded.
  Index (*packed_panels_bytes)(Index rows, Index columns);

  // Packs the first `columns` columns, padded, of values (rows x stride).
  void (*pack_panels)(Index rows, Index columns, Index stride,
                      const Scalar* values, std::byte* packed);

  // Whether weights, which are panels of Scalar themselves, are the right
  // factor as they are. Else products read a copy of
  // packed_panels_bytes(inputs, columns), which `descend` keeps up to date and
  // this makes from weights (inputs x columns).
  bool weights_need_copy;
  void (*copy_weights)(Index inputs, Index columns, const Scalar* weights,
                       std::byte* copy);

  // ---- Products.
  // output (rows x columns, of rows `stride` apart) = input (rows x depth) *
  // panels (depth x columns) + biases; where biases is null, the product is
  // added to output.
  void (*multiply)(Index rows, Index depth, Index columns,
                   const std::byte* input, const std::byte* panels,
                   const Scalar* biases, Index stride, Scalar* output);

  // Steps weights (inputs x columns), panels of Scalar, by their gradient
  // input^T (inputs x rows) * gradient (rows x columns, packed panels).
  void (*descend)(Index rows, Index inputs, Index columns,
                  const std::byte* input, const std::byte* gradient,
                  const ColumnSteps<Scalar>& steps,
                  const SteppedArrays<Scalar>& weights);

  // Steps one number for each column; the copy is not used.
  void (*descend_vector)(Index columns, const Scalar* gradient,
                         const ColumnSteps<Scalar>& steps,
                         const SteppedArrays<Scalar>& values);

  // output (columns x output_stride) = transpose of the first `columns` columns
  // of values (rows x stride); what is behind in output's rows stays.
  void (*transpose)(Index rows, Index columns, Index stride,
                    const Scalar* values, Index output_stride, Scalar* output);

  // ---- Columns. `columns` is padded here and below, and a row's length.
  // sums[j] = sum over the rows of values (rows x columns).
  void (*column_sums)(Index rows, Index columns, const Scalar* values,
                      Scalar* sums);

  // sums[j] += sum over the rows of values^2, of panels (rows x columns).
  void (*add_squares)(Index rows, Index columns, const Scalar* panels,
                      double* sums);

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

  // ---- Number by number; `count` is a multiple of kLanes<Scalar>.
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
  void (*multiply_elements)(Index count, const Scalar* factors, Scalar* values);

  // Turns scores (rows x classes, of rows `stride` apart), those of one trial
  // with 1 to 256 classes, in place into the gradient of `gradient_scale` times
  // the summed cross-entropy with respect to them, that is gradient_scale *
  // (softmax(scores) - one-hot(labels)). Ties of the highest score go to the
  // lowest class. Scores may begin anywhere.
  Tally (*softmax_cross_entropy)(Index rows, Index classes, Index stride,
                                 const uint8_t* labels, Scalar gradient_scale,
                                 Scalar* scores);
};

// The kernels of one instruction set: two precisions to train with, and float64
// to check gradients with. bfloat16 rounds the factors of products to bfloat16,
// to nearest, and adds up in float32; all else is as in float32. Where the
// processor has no such products they are made of float32 ones.
struct KernelSet {
  const char* name;
  Kernels<float> float32;
  Kernels<float> bfloat16;
  Kernels<double> float64;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_KERNELS_H_
