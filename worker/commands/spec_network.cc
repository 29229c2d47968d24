#include "worker/commands/spec_network.h"

#include "absl/strings/str_cat.h"
#include "common/read_file.h"
#include "common/spec/search_file.h"
#include "common/status_macros.h"
#include "worker/decode_network.h"

namespace etalon {
namespace {

constexpr int32_t kDefaultHidden = 50;
constexpr int32_t kDefaultBatchSize = 100;

// Fills in features and classes.
absl::Status SetSizes(const v1::Dataset& dataset, SpecNetwork& spec) {
  const std::string& name = dataset.name();
  if (name == "cifar10" || name == "synthetic") {
    spec.features = 3072;
    spec.classes = 10;
  } else if (name == "cifar100") {
    spec.features = 3072;
    spec.classes = dataset.coarse_labels() ? 20 : 100;
  } else if (name == "mnist" || name == "fashion-mnist") {
    spec.features = 784;
    spec.classes = 10;
  } else {
    return absl::InvalidArgumentError(absl::StrCat(
        "training.dataset.name is '", name,
        "', whose inputs and classes are not known; use --layers"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SpecNetwork> ReadSpecNetwork(const std::string& path) {
  ETALON_ASSIGN_OR_RETURN(const std::string text,
                          ReadFile(path, kMaxYamlBytes));
  ETALON_ASSIGN_OR_RETURN(SearchFile file, ReadSearchFile(text, path, {}));
  v1::Training& training = *file.spec.mutable_training();
  SpecNetwork spec;
  ETALON_RETURN_IF_ERROR(SetSizes(training.dataset(), spec));
  v1::Network& network = *training.mutable_network();
  if (!network.has_hidden())
    network.mutable_hidden()->add_values(kDefaultHidden);
  ETALON_ASSIGN_OR_RETURN(spec.network, DecodeNetwork(network));
  spec.batch_size =
      training.has_batch_size() ? training.batch_size() : kDefaultBatchSize;
  spec.lambda = training.lambda();
  return spec;
}

}  // namespace etalon
