#include "worker/model_file.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/formats/safetensors.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "worker/stored_tensors.h"

namespace etalon {
namespace {

constexpr char kFormatKey[] = "etalon_model";
constexpr char kFormatVersion[] = "1";
constexpr char kNetworkPrefix[] = "layers.";
constexpr char kNormalization[] = "normalization.";
constexpr char kMean[] = "mean";
constexpr char kInverseDeviation[] = "inverse_deviation";

train::Tensor FeatureTensor(const char* name,
                            const std::vector<float>& values) {
  return {name, {static_cast<int64_t>(values.size())}, values};
}

absl::StatusOr<uint64_t> LoadSeed(const Safetensors& content,
                                  const std::string& key) {
  ETALON_ASSIGN_OR_RETURN(const std::string text, LoadText(content, key));
  uint64_t seed;
  if (absl::SimpleAtoi(text, &seed)) return seed;
  return absl::DataLossError(
      absl::StrCat("the metadata ", key, " is no number"));
}

absl::Status LoadNormalization(const Safetensors& content, Model& model) {
  ETALON_ASSIGN_OR_RETURN(std::vector<train::Tensor> tensors,
                          LoadTensors(kNormalization, content));
  for (train::Tensor& tensor : tensors) {
    if (tensor.name == kMean) model.mean = std::move(tensor.values);
    if (tensor.name == kInverseDeviation) {
      model.inverse_deviation = std::move(tensor.values);
    }
  }
  if (!model.mean.empty() &&
      model.mean.size() == model.inverse_deviation.size()) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat(
      kNormalization, kMean, " has ", model.mean.size(), " features and ",
      kNormalization, kInverseDeviation, " ", model.inverse_deviation.size()));
}

}  // namespace

absl::StatusOr<std::string> EncodeModel(const Model& model) {
  const v1::Trial& trial = model.trial;
  ETALON_ASSIGN_OR_RETURN(const TrialName name, ParseTrialName(trial.name()));
  Safetensors content;
  content.metadata = {
      {kFormatKey, kFormatVersion},
      {"trial", trial.name()},
      {"search", name.search},
      {"dataset", trial.training().dataset().name()},
      {"training", MessageToText(trial.training())},
      {"initialization_seed", absl::StrCat(trial.seeds().initialization())},
      {"minibatches_seed", absl::StrCat(trial.seeds().minibatches())},
      {"kernels", model.kernels},
      {"measurement", MessageToText(model.measurement)},
  };
  StoreTensors("", model.network, content);
  StoreTensors(kNormalization,
               {FeatureTensor(kMean, model.mean),
                FeatureTensor(kInverseDeviation, model.inverse_deviation)},
               content);
  return EncodeSafetensors(content);
}

absl::StatusOr<Model> DecodeModel(absl::string_view bytes) {
  ETALON_ASSIGN_OR_RETURN(const Safetensors content, DecodeSafetensors(bytes));
  ETALON_ASSIGN_OR_RETURN(const std::string version,
                          LoadText(content, kFormatKey));
  if (version != kFormatVersion) {
    return absl::DataLossError(absl::StrCat("a model of format '", version,
                                            "'; known is ", kFormatVersion));
  }
  Model model;
  v1::Trial& trial = model.trial;
  ETALON_ASSIGN_OR_RETURN(*trial.mutable_name(), LoadText(content, "trial"));
  if (const auto name = ParseTrialName(trial.name()); !name.ok()) {
    return absl::DataLossError(
        absl::StrCat("the metadata trial: ", name.status().message()));
  }
  ETALON_RETURN_IF_ERROR(
      LoadMessage(content, "training", trial.mutable_training()));
  ETALON_ASSIGN_OR_RETURN(const uint64_t initialization,
                          LoadSeed(content, "initialization_seed"));
  ETALON_ASSIGN_OR_RETURN(const uint64_t minibatches,
                          LoadSeed(content, "minibatches_seed"));
  trial.mutable_seeds()->set_initialization(initialization);
  trial.mutable_seeds()->set_minibatches(minibatches);
  ETALON_ASSIGN_OR_RETURN(model.kernels, LoadText(content, "kernels"));
  ETALON_RETURN_IF_ERROR(
      LoadMessage(content, "measurement", &model.measurement));
  trial.set_evaluate_test(model.measurement.has_test());
  ETALON_ASSIGN_OR_RETURN(model.network, LoadTensors(kNetworkPrefix, content));
  for (train::Tensor& tensor : model.network) {
    tensor.name.insert(0, kNetworkPrefix);
  }
  ETALON_RETURN_IF_ERROR(LoadNormalization(content, model));
  return model;
}

}  // namespace etalon
