#ifndef ETALON_WORKER_TRAIN_TENSOR_H_
#define ETALON_WORKER_TRAIN_TENSOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "worker/train/parameter.h"

namespace etalon::train {

// A copy of a named array, apart from any network. A plain value.
struct Tensor {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;  // row-major, as many as the product of `shape`
};

// Copies of `arrays`, in their order.
std::vector<Tensor> CopyToTensors(const std::vector<NamedArray<float>>& arrays);

// OK when `tensors` are `arrays` by name, shape and size, in whatever order.
// `what` they are of ("the model") begins the message. INVALID_ARGUMENT: names
// the first that differs.
absl::Status CheckFit(const std::vector<Tensor>& tensors,
                      const std::vector<NamedArray<float>>& arrays,
                      absl::string_view what);

// Overwrites each of `arrays` with its tensor; they must fit.
void CopyFromTensors(const std::vector<Tensor>& tensors,
                     const std::vector<NamedArray<float>>& arrays);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_TENSOR_H_
