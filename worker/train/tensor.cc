#include "worker/train/tensor.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace etalon::train {
namespace {

std::string ShapeText(const std::vector<int64_t>& shape) {
  return absl::StrCat("(", absl::StrJoin(shape, " x "), ")");
}

}  // namespace

std::vector<Tensor> CopyToTensors(
    const std::vector<NamedArray<float>>& arrays) {
  std::vector<Tensor> tensors;
  for (const NamedArray<float>& array : arrays) {
    tensors.push_back(
        {array.name, array.shape, {array.values, array.values + array.count}});
  }
  return tensors;
}

absl::Status CheckFit(const std::vector<Tensor>& tensors,
                      const std::vector<NamedArray<float>>& arrays,
                      absl::string_view what) {
  if (tensors.size() != arrays.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, " has ", tensors.size(), " arrays; it must have ",
                     arrays.size()));
  }
  for (size_t i = 0; i < arrays.size(); ++i) {
    const Tensor& tensor = tensors[i];
    const NamedArray<float>& array = arrays[i];
    if (tensor.name != array.name) {
      return absl::InvalidArgumentError(absl::StrCat(what, " has \"",
                                                     tensor.name, "\" where \"",
                                                     array.name, "\" must be"));
    }
    if (tensor.shape != array.shape) {
      return absl::InvalidArgumentError(absl::StrCat(
          what, " has ", array.name, " of shape ", ShapeText(tensor.shape),
          "; it must be ", ShapeText(array.shape)));
    }
    if (static_cast<Index>(tensor.values.size()) != array.count) {
      return absl::InvalidArgumentError(
          absl::StrCat(what, " has ", tensor.values.size(), " numbers in ",
                       array.name, "; it must have ", array.count));
    }
  }
  return absl::OkStatus();
}

void CopyFromTensors(const std::vector<Tensor>& tensors,
                     const std::vector<NamedArray<float>>& arrays) {
  for (size_t i = 0; i < arrays.size(); ++i) {
    std::copy(tensors[i].values.begin(), tensors[i].values.end(),
              arrays[i].values);
  }
}

}  // namespace etalon::train
