#include "worker/stored_tensors.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace etalon {

void StoreTensors(absl::string_view prefix, std::vector<train::Tensor> tensors,
                  Safetensors& content) {
  for (train::Tensor& tensor : tensors) {
    content.tensors.push_back({absl::StrCat(prefix, tensor.name),
                               std::move(tensor.shape),
                               std::move(tensor.values)});
  }
}

absl::StatusOr<std::vector<train::Tensor>> LoadTensors(
    absl::string_view prefix, const Safetensors& content) {
  std::vector<train::Tensor> tensors;
  for (const StoredTensor& stored : content.tensors) {
    if (!absl::StartsWith(stored.name, prefix)) continue;
    const auto* values = std::get_if<std::vector<float>>(&stored.values);
    if (values == nullptr) {
      return absl::DataLossError(
          absl::StrCat("the array ", stored.name, " is not of type F32"));
    }
    if (!std::all_of(values->begin(), values->end(),
                     [](float value) { return std::isfinite(value); })) {
      return absl::DataLossError(
          absl::StrCat("the array ", stored.name, " is not finite"));
    }
    tensors.push_back(
        {stored.name.substr(prefix.size()), stored.shape, *values});
  }
  return tensors;
}

absl::StatusOr<std::string> LoadText(const Safetensors& content,
                                     const std::string& key) {
  const auto found = content.metadata.find(key);
  if (found != content.metadata.end()) return found->second;
  return absl::DataLossError(absl::StrCat("the metadata has no ", key));
}

std::string MessageToText(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  // Fails on messages of types that ours are not built of.
  (void)google::protobuf::util::MessageToJsonString(message, &text, options);
  return text;
}

absl::Status LoadMessage(const Safetensors& content, const std::string& key,
                         google::protobuf::Message* message) {
  ETALON_ASSIGN_OR_RETURN(const std::string text, LoadText(content, key));
  const auto status =
      google::protobuf::util::JsonStringToMessage(text, message);
  if (status.ok()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the metadata ", key, ": ", std::string(status.message())));
}

}  // namespace etalon
