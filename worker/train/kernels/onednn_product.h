#ifndef ETALON_WORKER_TRAIN_KERNELS_ONEDNN_PRODUCT_H_
#define ETALON_WORKER_TRAIN_KERNELS_ONEDNN_PRODUCT_H_

#include <compare>
#include <string>

#include "worker/train/kernels/kernels.h"

namespace etalon::train {

// result (rows x columns) = left (rows x depth) * right (depth x columns). A
// stride is the distance of two rows, in numbers; the rows of `result` lie one
// behind the other.
struct OneDnnShape {
  bool bfloat16 = false;  // both factors; else they are float32
  Index rows = 0;
  Index depth = 0;
  Index columns = 0;
  Index left_stride = 0;
  bool left_transposed = false;  // left is kept as (depth x rows)
  Index right_stride = 0;

  auto operator<=>(const OneDnnShape&) const = default;
};

// The product by oneDNN, on the calling thread alone. Two products of one shape
// get the same bits for the same numbers; of two shapes, as many rows or
// columns more, they need not, even in the numbers that both have: oneDNN
// chooses how to add up by the shape. std::bad_alloc: no memory.
void OneDnnMultiply(const OneDnnShape& shape, const void* left,
                    const void* right, float* result);

// Whether oneDNN has vectors of eight numbers or more for this processor.
bool OneDnnHasVectors();

// Whether this processor has instructions for products of bfloat16 that oneDNN
// uses.
bool OneDnnHasBfloat16();

// What bits hang on: the library's version and the instructions that it takes
// on this processor, e.g. "2.6.3_avx".
std::string OneDnnVersion();

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_ONEDNN_PRODUCT_H_
