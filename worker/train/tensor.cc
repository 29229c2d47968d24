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
    Tensor& tensor = tensors.emplace_back();
    tensor.name = array.name;
    tensor.shape = array.shape;
    tensor.values.reserve(static_cast<size_t>(array.count));
    for (Index i = 0; i < array.count; ++i) {
      tensor.values.push_back(array.values[i]);
    }
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
    for (Index i = 0; i < array.count; ++i) {
      array.values[i] = tensor.values[static_cast<size_t>(i)];
    }
  }
}

}  // namespace etalon::train
