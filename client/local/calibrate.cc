#include "client/local/calibrate.h"

#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/exit_code.h"
#include "client/local/companion.h"
#include "client/local/local_cluster.h"
#include "client/local/temporary_folder.h"
#include "common/files.h"
#include "common/status_macros.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {
namespace {

constexpr int64_t kMaxRateBytes = 4096;

// A trial of the shape: what it starts from makes no difference.
v1::Trial TrialOf(const v1::PlannedShape& shape) {
  v1::Trial trial;
  trial.set_name("searches/plan/trials/1");
  *trial.mutable_training() = shape.training();
  trial.set_evaluate_test(shape.evaluate_test());
  trial.mutable_seeds()->set_initialization(1);
  trial.mutable_seeds()->set_minibatches(2);
  return trial;
}

}  // namespace

absl::StatusOr<v1::TrainingRate> CalibrateHere(const v1::PlannedShape& shape,
                                               const std::string& data,
                                               int threads, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const auto folder,
                          TemporaryFolder::Create("etalon-plan", context));
  ETALON_RETURN_IF_ERROR(WriteFileAtomically(folder->File("trial"),
                                             TrialOf(shape).SerializeAsString(),
                                             /*replace=*/false));
  std::vector<std::string> arguments = {WorkerPath(context),
                                        "calibrate",
                                        "--trial",  //
                                        folder->File("trial"),
                                        "--out",
                                        folder->File("rate"),
                                        "--threads",
                                        absl::StrCat(threads)};
  if (!data.empty()) arguments.insert(arguments.end(), {"--data", data});
  ETALON_ASSIGN_OR_RETURN(const ExitCode code,
                          RunCompanion(arguments, context));
  if (code == ExitCode::kInterrupted) {
    return absl::CancelledError("interrupted");
  }
  if (code != ExitCode::kDone) {
    return absl::FailedPreconditionError("the calibration failed");
  }
  ETALON_ASSIGN_OR_RETURN(const std::string bytes,
                          ReadWholeFile(folder->File("rate"), kMaxRateBytes));
  v1::TrainingRate rate;
  if (!rate.ParseFromString(bytes) || !(rate.seconds_per_update() > 0) ||
      rate.trials() < 1) {
    return absl::InternalError(
        absl::StrCat(WorkerPath(context), " gave no rate"));
  }
  return rate;
}

}  // namespace etalon
