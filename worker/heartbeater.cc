#include "worker/heartbeater.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

// Of all trials in one heartbeat: about 1 MB, where a message may have 4. The
// rest follows with the next.
constexpr size_t kMaxMeasurementsPerBeat = 10'000;

}  // namespace

void Heartbeater::Run() {
  absl::Duration wait = registration_.heartbeat_interval();
  while (!stop_.WaitFor(wait)) {
    wait = registration_.heartbeat_interval();
    const std::string worker = registration_.name();
    if (worker.empty()) continue;
    const absl::Status status = Beat(worker);
    if (status.ok()) {
      backoff_.Reset();
    } else if (absl::IsNotFound(status)) {
      registration_.Forget(worker);
    } else if (IsRefusal(status)) {
      LogError("heartbeat refused: ", status.message());
    } else {
      wait = std::min(wait, backoff_.Next());
    }
  }
}

absl::Status Heartbeater::Beat(const std::string& worker) {
  const std::vector<HeldTrialPtr> trials = held_.Of(worker);
  v1::HeartbeatRequest request;
  request.set_worker(worker);
  size_t room = kMaxMeasurementsPerBeat;
  for (const HeldTrialPtr& trial : trials) {
    v1::TrialReport& report = *request.add_reports() = trial->Report(room);
    room -= static_cast<size_t>(report.measurements_size());
  }
  ETALON_ASSIGN_OR_RETURN(const v1::HeartbeatResponse response,
                          client_.Heartbeat(request));
  if (response.directives_size() != request.reports_size()) {
    return absl::InternalError(
        absl::StrCat("heartbeat with ", request.reports_size(),
                     " reports was answered with ", response.directives_size(),
                     " directives"));
  }
  for (int i = 0; i < response.directives_size(); ++i) {
    HeldTrial& trial = *trials[static_cast<size_t>(i)];
    trial.Acknowledge(
        static_cast<size_t>(request.reports(i).measurements_size()));
    if (response.directives(i).action() == v1::Directive::DROP) trial.Drop();
  }
  return absl::OkStatus();
}

}  // namespace etalon
