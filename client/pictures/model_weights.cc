#include "client/pictures/model_weights.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr char kFirstWeights[] = "layers.0.weight";
constexpr char kSecondWeights[] = "layers.1.weight";
// The settings it was trained by, in protobuf's JSON form.
constexpr char kTrainingKey[] = "training";

const std::map<std::string, std::vector<std::string>>& ClassNames() {
  static const auto* const names =
      new std::map<std::string, std::vector<std::string>>{
          {"cifar10",
           {"plane", "car", "bird", "cat", "deer", "dog", "frog", "horse",
            "ship", "truck"}},
          {"mnist", {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}},
          {"fashion-mnist",
           {"t-shirt", "trouser", "pullover", "dress", "coat", "sandal",
            "shirt", "sneaker", "bag", "boot"}},
      };
  return *names;
}

// Of the data set that the metadata name; empty where they name none, or one
// that is not known.
std::vector<std::string> ClassesOf(const Safetensors& model) {
  const auto training = model.metadata.find(kTrainingKey);
  if (training == model.metadata.end()) return {};
  const auto json = nlohmann::json::parse(training->second, nullptr,
                                          /*allow_exceptions=*/false);
  static const nlohmann::json::json_pointer name_of("/dataset/name");
  if (!json.is_object() || !json.contains(name_of)) return {};
  const auto& name = json.at(name_of);
  if (!name.is_string()) return {};
  const auto found = ClassNames().find(name.get<std::string>());
  return found == ClassNames().end() ? std::vector<std::string>()
                                     : found->second;
}

}  // namespace

absl::StatusOr<FirstLayer> ReadFirstLayer(
    const Safetensors& model, const std::optional<ImageShape>& shape,
    const std::string& title) {
  const StoredTensor* const tensor = model.Find(kFirstWeights);
  const auto* const values =
      tensor == nullptr ? nullptr
                        : std::get_if<std::vector<float>>(&tensor->values);
  if (values == nullptr || tensor->shape.size() != 2 || values->empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the model has no array ", kFirstWeights, " of units x inputs"));
  }
  FirstLayer layer;
  layer.units = tensor->shape[0];
  const int64_t inputs = tensor->shape[1];
  if (shape.has_value()) {
    layer.images.shape = *shape;
  } else {
    ETALON_ASSIGN_OR_RETURN(layer.images.shape, UsualImageShape(inputs));
  }
  if (layer.images.shape.inputs() != inputs) {
    return absl::InvalidArgumentError(
        absl::StrCat("--shape has ", layer.images.shape.inputs(),
                     " values, but the first layer has ", inputs, " inputs"));
  }
  const int64_t count = std::min(layer.units, kMaxWeightImages) * inputs;
  layer.images.weights.assign(values->begin(), values->begin() + count);
  for (const float weight : layer.images.weights) {
    if (!std::isfinite(weight)) {
      return absl::InvalidArgumentError(
          absl::StrCat(kFirstWeights, " has a weight that is not finite"));
    }
  }
  layer.images.title = title;
  const std::vector<std::string> classes = ClassesOf(model);
  if (model.Find(kSecondWeights) == nullptr &&
      static_cast<int64_t>(classes.size()) == layer.units) {
    layer.images.labels = classes;
  }
  return layer;
}

}  // namespace etalon
