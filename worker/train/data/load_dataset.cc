#include "worker/train/data/load_dataset.h"

#include <new>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "common/status_macros.h"
#include "worker/train/data/cifar10.h"
#include "worker/train/data/cifar100.h"
#include "worker/train/data/idx_dataset.h"
#include "worker/train/data/synthetic.h"

namespace etalon::train {
namespace {

absl::StatusOr<Dataset> Load(const Cifar10Spec& spec,
                             const std::string& data_directory) {
  return ReadCifar10(spec, data_directory);
}

absl::StatusOr<Dataset> Load(const Cifar100Spec& spec,
                             const std::string& data_directory) {
  return ReadCifar100(spec, data_directory);
}

absl::StatusOr<Dataset> Load(const IdxSpec& spec,
                             const std::string& data_directory) {
  return ReadIdxDataset(spec, data_directory);
}

absl::StatusOr<Dataset> Load(const SyntheticSpec& spec, const std::string&) {
  return GenerateSynthetic(spec);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const PreparedData>> LoadDataset(
    const DatasetSpec& spec, const std::string& data_directory) {
  ETALON_RETURN_IF_ERROR(ValidateDataset(spec));
  try {
    ETALON_ASSIGN_OR_RETURN(
        Dataset dataset,
        std::visit([&](const auto& s) { return Load(s, data_directory); },
                   spec));
    ETALON_ASSIGN_OR_RETURN(PreparedData data,
                            PreparedData::Create(std::move(dataset)));
    return std::make_shared<const PreparedData>(std::move(data));
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("not enough memory for the data set");
  }
}

}  // namespace etalon::train
