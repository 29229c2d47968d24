#include "worker/train/tensor.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace etalon::train {
namespace {

std::string ShapeText(const std::vector<int64_t>& shape) {
  return absl::StrCat("(", absl::StrJoin(shape, " x "), ")");
}

// The tensor of that name; null where there is none.
const Tensor* Find(const std::vector<Tensor>& tensors,
                   const std::string& name) {
  const auto found =
      std::find_if(tensors.begin(), tensors.end(),
                   [&](const Tensor& tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &*found;
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
  for (const NamedArray<float>& array : arrays) {
    const Tensor* const found = Find(tensors, array.name);
    if (found == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(what, " has no ", array.name));
    }
    const Tensor& tensor = *found;
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
  for (const NamedArray<float>& array : arrays) {
    const Tensor& tensor = *Find(tensors, array.name);
    std::copy(tensor.values.begin(), tensor.values.end(), array.values);
  }
}

}  // namespace etalon::train
