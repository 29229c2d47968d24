#include "worker/checkpoint_file.h"

#include <cstdint>
#include <map>
#include <utility>
#include <variant>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/formats/safetensors.h"
#include "common/random.h"
#include "common/status_macros.h"
#include "etalon/v1/worker_service.pb.h"
#include "worker/stored_tensors.h"

namespace etalon {
namespace {

// To be raised when the same fingerprint may lead to other bits: another
// format, or training that computes otherwise.
constexpr char kFormatVersion[] = "1";

constexpr char kFormatKey[] = "etalon_checkpoint";
constexpr char kNetwork[] = "network.";
constexpr char kOptimizer[] = "optimizer.";
constexpr char kBest[] = "best.";
// A serialised TrialReport: too many for the header's limit.
constexpr char kMeasurements[] = "measurements";

template <typename T>
absl::string_view BytesOf(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()),
          values.size() * sizeof(T)};
}

uint64_t Digest(const train::PreparedData& data) {
  const train::DataSizes sizes = data.sizes();
  uint64_t digest = DeriveSeed(
      0, "data",
      {static_cast<uint64_t>(sizes.features),
       static_cast<uint64_t>(sizes.classes), static_cast<uint64_t>(sizes.train),
       static_cast<uint64_t>(sizes.validation),
       static_cast<uint64_t>(sizes.test)});
  for (const absl::string_view bytes :
       {BytesOf(data.mean()), BytesOf(data.inverse_deviation()),
        BytesOf(data.train().labels), BytesOf(data.validation().labels),
        BytesOf(data.test().labels)}) {
    digest = DeriveSeed(digest, bytes);
  }
  return digest;
}

template <typename T>
absl::StatusOr<T> LoadNumber(const Safetensors& content, const std::string& key,
                             bool (*parse)(absl::string_view, T*)) {
  ETALON_ASSIGN_OR_RETURN(const std::string text, LoadText(content, key));
  T value;
  if (parse(text, &value)) return value;
  return absl::DataLossError(
      absl::StrCat("the metadata ", key, " is no number"));
}

absl::StatusOr<int64_t> LoadCount(const Safetensors& content,
                                  const std::string& key) {
  return LoadNumber<int64_t>(content, key, absl::SimpleAtoi<int64_t>);
}

absl::StatusOr<train::BestSoFar> LoadBest(const Safetensors& content) {
  train::BestSoFar best;
  ETALON_ASSIGN_OR_RETURN(best.update, LoadCount(content, "best_update"));
  ETALON_ASSIGN_OR_RETURN(
      best.accuracy,
      LoadNumber<double>(content, "best_accuracy", absl::SimpleAtod));
  ETALON_ASSIGN_OR_RETURN(best.evaluations_since,
                          LoadCount(content, "best_evaluations_since"));
  ETALON_ASSIGN_OR_RETURN(best.network, LoadTensors(kBest, content));
  return best;
}

absl::StatusOr<std::vector<v1::Measurement>> LoadMeasurements(
    const Safetensors& content) {
  const StoredTensor* stored = content.Find(kMeasurements);
  const auto* bytes = stored == nullptr
                          ? nullptr
                          : std::get_if<std::vector<uint8_t>>(&stored->values);
  v1::TrialReport report;
  if (bytes == nullptr ||
      !report.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) {
    return absl::DataLossError("it has no measurements that can be read");
  }
  return std::vector<v1::Measurement>(report.measurements().begin(),
                                      report.measurements().end());
}

}  // namespace

std::string FingerprintOf(const v1::Trial& trial,
                          const train::PreparedData& data,
                          absl::string_view kernels) {
  return absl::StrCat("format ", kFormatVersion, "\ntrial ", trial.name(),
                      "\ntraining ", MessageToText(trial.training()),
                      "\nevaluate_test ", trial.evaluate_test(), "\nseeds ",
                      trial.seeds().initialization(), " ",
                      trial.seeds().minibatches(), "\ndata ", Digest(data),
                      "\nkernels ", kernels);
}

absl::StatusOr<std::string> EncodeCheckpoint(const Checkpoint& checkpoint) {
  const train::Snapshot& snapshot = checkpoint.snapshot;
  Safetensors content;
  content.metadata = {{kFormatKey, kFormatVersion},
                      {"fingerprint", checkpoint.fingerprint},
                      {"update", absl::StrCat(snapshot.update)}};
  StoreTensors(kNetwork, snapshot.network, content);
  StoreTensors(kOptimizer, snapshot.optimizer, content);
  if (snapshot.best.has_value()) {
    const train::BestSoFar& best = *snapshot.best;
    content.metadata["best_update"] = absl::StrCat(best.update);
    content.metadata["best_accuracy"] = absl::StrFormat("%.17g", best.accuracy);
    content.metadata["best_evaluations_since"] =
        absl::StrCat(best.evaluations_since);
    StoreTensors(kBest, best.network, content);
  }
  v1::TrialReport report;
  report.mutable_measurements()->Assign(checkpoint.measurements.begin(),
                                        checkpoint.measurements.end());
  const std::string bytes = report.SerializeAsString();
  content.tensors.push_back({kMeasurements,
                             {static_cast<int64_t>(bytes.size())},
                             std::vector<uint8_t>(bytes.begin(), bytes.end())});
  return EncodeSafetensors(content);
}

absl::StatusOr<Checkpoint> DecodeCheckpoint(absl::string_view bytes) {
  ETALON_ASSIGN_OR_RETURN(const Safetensors content, DecodeSafetensors(bytes));
  ETALON_ASSIGN_OR_RETURN(const std::string version,
                          LoadText(content, kFormatKey));
  if (version != kFormatVersion) {
    return absl::DataLossError(absl::StrCat("a checkpoint of format '", version,
                                            "'; known is ", kFormatVersion));
  }
  Checkpoint checkpoint;
  ETALON_ASSIGN_OR_RETURN(checkpoint.fingerprint,
                          LoadText(content, "fingerprint"));
  train::Snapshot& snapshot = checkpoint.snapshot;
  ETALON_ASSIGN_OR_RETURN(snapshot.update, LoadCount(content, "update"));
  ETALON_ASSIGN_OR_RETURN(snapshot.network, LoadTensors(kNetwork, content));
  ETALON_ASSIGN_OR_RETURN(snapshot.optimizer, LoadTensors(kOptimizer, content));
  if (content.metadata.contains("best_update")) {
    ETALON_ASSIGN_OR_RETURN(snapshot.best, LoadBest(content));
  }
  ETALON_ASSIGN_OR_RETURN(checkpoint.measurements, LoadMeasurements(content));
  return checkpoint;
}

}  // namespace etalon
