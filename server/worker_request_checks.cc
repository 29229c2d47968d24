#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/relative_path.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "server/durations.h"
#include "server/field_checks.h"
#include "server/request_checks.h"

namespace etalon {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

using Measurements = google::protobuf::RepeatedPtrField<v1::Measurement>;

absl::Status CheckWorker(absl::string_view field, absl::string_view name) {
  const absl::Status status = ParseWorkerName(name).status();
  if (status.ok()) return status;
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": ", status.message()));
}

absl::Status CheckDuration(absl::string_view field,
                           const google::protobuf::Duration& duration,
                           absl::Duration maximum) {
  if (IsValidDuration(duration)) {
    const absl::Duration value = FromProto(duration);
    if (value >= absl::ZeroDuration() && value <= maximum) {
      return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat(field, " is ", duration.seconds(), " s ", duration.nanos(),
                   " ns: must be 0 to ", absl::FormatDuration(maximum)));
}

// `prefix` of the fields' names.
absl::Status CheckLease(const std::string& prefix,
                        const std::string& request_id, int max_trials) {
  const std::string id_field = prefix + "request_id";
  ETALON_RETURN_IF_ERROR(CheckRequestId(id_field, request_id));
  if (request_id.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        id_field, " is empty: a lost answer could not be asked for again"));
  }
  return CheckRange(prefix + "max_trials", max_trials, 1, kMaxTrialsPerLease);
}

absl::Status CheckToken(const std::string& field, const v1::LeaseToken& token) {
  const absl::Status name = ParseTrialName(token.trial()).status();
  if (!name.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(field, ".trial: ", name.message()));
  }
  return CheckRange(absl::StrCat(field, ".attempt"), token.attempt(), 1,
                    std::numeric_limits<int32_t>::max());
}

// What is stored in pieces: `things` of up to `most` bytes.
template <typename Request>
absl::Status CheckPiece(const Request& request, absl::string_view things,
                        int64_t most) {
  if (request.size_bytes() > most) {
    return absl::ResourceExhaustedError(
        absl::StrCat("size_bytes is ", request.size_bytes(), ": ", things,
                     " of up to ", most, " are kept"));
  }
  ETALON_RETURN_IF_ERROR(
      CheckRange("size_bytes", request.size_bytes(), 1, most));
  ETALON_RETURN_IF_ERROR(
      CheckRange("offset", request.offset(), 0, request.size_bytes() - 1));
  const int64_t left = request.size_bytes() - request.offset();
  return CheckRange("data's size", static_cast<int64_t>(request.data().size()),
                    1, std::min<int64_t>(left, kMaxModelPieceBytes));
}

absl::Status CheckPart(const std::string& field,
                       const v1::PartMeasurement& part) {
  ETALON_RETURN_IF_ERROR(
      CheckNumber(field + ".loss", part.loss(), 0, kInfinity));
  ETALON_RETURN_IF_ERROR(
      CheckNumber(field + ".cost", part.cost(), 0, kInfinity));
  return CheckNumber(field + ".accuracy", part.accuracy(), 0, 1);
}

absl::Status CheckMeasurement(const std::string& field,
                              const v1::Measurement& measurement,
                              int64_t last_update) {
  ETALON_RETURN_IF_ERROR(
      CheckRange(field + ".update", measurement.update(), 1, kMaxUpdates));
  if (measurement.update() <= last_update) {
    return absl::InvalidArgumentError(absl::StrCat(
        field, ".update is ", measurement.update(), ": must be more than ",
        last_update, ", the one before it"));
  }
  ETALON_RETURN_IF_ERROR(CheckRange(field + ".weights_update",
                                    measurement.weights_update(), 0,
                                    measurement.update() - 1));
  ETALON_RETURN_IF_ERROR(
      CheckNumber(field + ".epoch", measurement.epoch(), 0, kInfinity));
  ETALON_RETURN_IF_ERROR(CheckNumber(
      field + ".learning_rate", measurement.learning_rate(), 0, kInfinity));
  if (measurement.has_train()) {
    ETALON_RETURN_IF_ERROR(CheckPart(field + ".train", measurement.train()));
  }
  if (measurement.has_validation()) {
    ETALON_RETURN_IF_ERROR(
        CheckPart(field + ".validation", measurement.validation()));
  }
  if (measurement.has_test()) {
    ETALON_RETURN_IF_ERROR(CheckPart(field + ".test", measurement.test()));
  }
  return absl::OkStatus();
}

absl::Status CheckMeasurements(const std::string& field,
                               const Measurements& measurements) {
  ETALON_RETURN_IF_ERROR(
      CheckRange(field, measurements.size(), 0, kMaxMeasurements));
  int64_t last_update = 0;
  for (int i = 0; i < measurements.size(); ++i) {
    ETALON_RETURN_IF_ERROR(CheckMeasurement(absl::StrCat(field, "[", i, "]"),
                                            measurements[i], last_update));
    last_update = measurements[i].update();
  }
  return absl::OkStatus();
}

absl::Status CheckFailure(const v1::Failure& failure) {
  ETALON_RETURN_IF_ERROR(
      CheckLength("failure.message", failure.message(), kMaxMessageTextBytes));
  switch (failure.reason()) {
    case v1::Failure::DIVERGED:
      return CheckRange("failure.update", failure.update(), 1, kMaxUpdates);
    case v1::Failure::INVALID:
    case v1::Failure::INTERNAL:
      return CheckRange("failure.update", failure.update(), 0, kMaxUpdates);
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("failure.reason is ", failure.reason(),
                       ": must be DIVERGED, INVALID or INTERNAL"));
  }
}

absl::Status CheckFusion(const v1::Fusion& fusion) {
  ETALON_RETURN_IF_ERROR(
      CheckRange("fusion.width", fusion.width(), 1, kMaxFuse));
  return CheckLength("fusion.apart_because", fusion.apart_because(),
                     kMaxMessageTextBytes);
}

absl::Status CheckCapabilities(const v1::Capabilities& capabilities) {
  ETALON_RETURN_IF_ERROR(CheckLength("capabilities.version",
                                     capabilities.version(), kMaxWordBytes));
  ETALON_RETURN_IF_ERROR(CheckRange("capabilities.threads",
                                    capabilities.threads(), 0, kMaxThreads));
  ETALON_RETURN_IF_ERROR(
      CheckRange("capabilities.fuse", capabilities.fuse(), 0, kMaxFuse));
  ETALON_RETURN_IF_ERROR(
      CheckLength("capabilities.kernel", capabilities.kernel(), kMaxWordBytes));
  ETALON_RETURN_IF_ERROR(CheckLength(
      "capabilities.unwell", capabilities.unwell(), kMaxMessageTextBytes));
  ETALON_RETURN_IF_ERROR(CheckRange(
      "capabilities.datasets", capabilities.datasets_size(), 0, kMaxDatasets));
  for (int i = 0; i < capabilities.datasets_size(); ++i) {
    const v1::DatasetStatus& dataset = capabilities.datasets(i);
    const std::string field = absl::StrCat("capabilities.datasets[", i, "]");
    ETALON_RETURN_IF_ERROR(
        CheckLength(field + ".name", dataset.name(), kMaxWordBytes));
    if (dataset.name().empty()) {
      return absl::InvalidArgumentError(field + ".name is empty");
    }
    ETALON_RETURN_IF_ERROR(
        CheckLength(field + ".path", dataset.path(), kMaxRelativePathBytes));
    ETALON_RETURN_IF_ERROR(CheckLength(field + ".message", dataset.message(),
                                       kMaxMessageTextBytes));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Check(const v1::RegisterWorkerRequest& request) {
  if (!request.name().empty()) {
    ETALON_RETURN_IF_ERROR(CheckWorker("name", request.name()));
  }
  ETALON_RETURN_IF_ERROR(
      CheckDisplayName("display_name", request.display_name()));
  ETALON_RETURN_IF_ERROR(CheckRequestId("request_id", request.request_id()));
  return CheckCapabilities(request.capabilities());
}

absl::Status Check(const v1::LeaseTrialsRequest& request) {
  ETALON_RETURN_IF_ERROR(CheckWorker("worker", request.worker()));
  ETALON_RETURN_IF_ERROR(
      CheckLease("", request.request_id(), request.max_trials()));
  return CheckDuration("wait", request.wait(), kMaxLeaseWait);
}

absl::Status Check(const v1::HeartbeatRequest& request) {
  ETALON_RETURN_IF_ERROR(CheckWorker("worker", request.worker()));
  ETALON_RETURN_IF_ERROR(CheckRange("reports", request.reports_size(), 0,
                                    kMaxReportsPerHeartbeat));
  for (int i = 0; i < request.reports_size(); ++i) {
    const std::string field = absl::StrCat("reports[", i, "]");
    ETALON_RETURN_IF_ERROR(
        CheckToken(field + ".token", request.reports(i).token()));
    ETALON_RETURN_IF_ERROR(CheckMeasurements(
        field + ".measurements", request.reports(i).measurements()));
  }
  return absl::OkStatus();
}

absl::Status Check(const v1::StoreModelRequest& request) {
  ETALON_RETURN_IF_ERROR(CheckWorker("worker", request.worker()));
  ETALON_RETURN_IF_ERROR(CheckToken("token", request.token()));
  ETALON_RETURN_IF_ERROR(
      CheckNumber("validation_accuracy", request.validation_accuracy(), 0, 1));
  return CheckPiece(request, "models", kMaxModelBytes);
}

absl::Status Check(const v1::StoreCheckpointRequest& request) {
  ETALON_RETURN_IF_ERROR(CheckWorker("worker", request.worker()));
  ETALON_RETURN_IF_ERROR(CheckToken("token", request.token()));
  return CheckPiece(request, "checkpoints", kMaxCheckpointBytes);
}

absl::Status Check(const v1::ReadCheckpointRequest& request) {
  ETALON_RETURN_IF_ERROR(CheckWorker("worker", request.worker()));
  ETALON_RETURN_IF_ERROR(CheckToken("token", request.token()));
  return CheckRange("offset", request.offset(), 0, kMaxCheckpointBytes);
}

absl::Status Check(const v1::CompleteTrialsRequest& request) {
  ETALON_RETURN_IF_ERROR(CheckWorker("worker", request.worker()));
  ETALON_RETURN_IF_ERROR(CheckRange("completions", request.completions_size(),
                                    1, kMaxCompletionsPerCall));
  if (!request.has_next()) return absl::OkStatus();
  return CheckLease("next.", request.next().request_id(),
                    request.next().max_trials());
}

absl::Status Check(const v1::Completion& completion) {
  ETALON_RETURN_IF_ERROR(CheckToken("token", completion.token()));
  ETALON_RETURN_IF_ERROR(
      CheckMeasurements("measurements", completion.measurements()));
  ETALON_RETURN_IF_ERROR(CheckDuration(
      "training_time", completion.training_time(), absl::Hours(24 * 365)));
  if (completion.has_fusion()) {
    ETALON_RETURN_IF_ERROR(CheckFusion(completion.fusion()));
  }
  switch (completion.outcome_case()) {
    case v1::Completion::kFailure:
      return CheckFailure(completion.failure());
    case v1::Completion::kSucceeded:
    case v1::Completion::kStopped:
    case v1::Completion::kSuspended:
      if (completion.measurements().empty() ||
          !completion.measurements().rbegin()->has_validation()) {
        return absl::InvalidArgumentError(
            "measurements: the last one, the result, must have `validation`");
      }
      return absl::OkStatus();
    case v1::Completion::OUTCOME_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError(
      "outcome is missing: set `succeeded`, `failure`, `stopped` or "
      "`suspended`");
}

absl::Status Check(const v1::ReturnTrialsRequest& request) {
  ETALON_RETURN_IF_ERROR(CheckWorker("worker", request.worker()));
  ETALON_RETURN_IF_ERROR(
      CheckLength("message", request.message(), kMaxMessageTextBytes));
  ETALON_RETURN_IF_ERROR(
      CheckRange("tokens", request.tokens_size(), 0, kMaxTokensPerReturn));
  for (int i = 0; i < request.tokens_size(); ++i) {
    ETALON_RETURN_IF_ERROR(
        CheckToken(absl::StrCat("tokens[", i, "]"), request.tokens(i)));
  }
  return absl::OkStatus();
}

absl::Status Check(const v1::UnregisterWorkerRequest& request) {
  return CheckWorker("worker", request.worker());
}

}  // namespace etalon
