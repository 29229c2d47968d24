#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/resource_names.h"
#include "server/coordinator.h"
#include "server/coordinator_mutate.h"
#include "server/stage_progress.h"

namespace etalon {
namespace {

// A lease or a wait ends at most a tick late. Sixty a lease is fine beside the
// lease itself; a tick that finds nothing costs microseconds.
constexpr int kTicksPerLease = 60;
constexpr absl::Duration kMinTick = absl::Milliseconds(10);
constexpr absl::Duration kMaxTick = absl::Milliseconds(250);

constexpr int kDefaultMaxAttempts = 5;
// A trial that was lost with so many different workers may be what took them
// down: one is a machine's fault, two a coincidence.
constexpr int kQuarantineWorkers = 3;

// Why a trial that was lost is not tried again; none where it is.
std::optional<v1::Failure> GiveUp(const v1::SearchSpec& spec, int lost_count,
                                  int lost_workers) {
  const int max_attempts =
      spec.has_max_attempts() ? spec.max_attempts() : kDefaultMaxAttempts;
  // A search that says how often a trial may be lost means whoever loses it.
  const bool poison = lost_workers >= kQuarantineWorkers;
  if (lost_count < max_attempts && (spec.has_max_attempts() || !poison)) {
    return std::nullopt;
  }
  v1::Failure failure;
  if (poison) {
    failure.set_reason(v1::Failure::QUARANTINED);
    failure.set_message(absl::StrCat(
        "set aside: ", lost_workers,
        " different workers were lost while they trained it; it may be what "
        "takes them down"));
  } else {
    failure.set_reason(v1::Failure::WORKER_LOST);
    failure.set_message(absl::StrCat("lost with its worker ", lost_count,
                                     " times, the most that max_attempts "
                                     "allows"));
  }
  return failure;
}

}  // namespace

absl::Duration Coordinator::tick_interval() const {
  return std::clamp(options_.lease_duration / kTicksPerLease, kMinTick,
                    kMaxTick);
}

void Coordinator::Tick() {
  // A writer held up by its disk does not need a queue of ticks as well.
  if (tick_pending_.exchange(true)) return;
  writer_.Post([this] {
    tick_pending_ = false;
    OnTick();
  });
}

void Coordinator::OnTick() {
  const absl::Duration now = clock_.Monotonic();
  NoticeStall(now);
  last_tick_ = now;
  statistics_.live_leases = leases_.size();
  statistics_.open_polls = static_cast<int64_t>(parked_.size());
  statistics_.adaptive_stages = static_cast<int64_t>(adaptive_stages_.size());
  // A call that waits is a worker that is there.
  for (const LeaseCallPtr& call : parked_.calls()) workers_.Hear(call->worker);
  for (const LeaseCallPtr& call : parked_.TakeDue(now)) {
    call->done(v1::LeaseTrialsResponse());
  }
  for (const StageKey& stage : std::exchange(look_again_, {})) look_(stage);
  Purge();
  if (!deadlines_.Due(now).empty()) {
    Enact<Nothing>(
        [this](Transaction& transaction,
               Effects& effects) -> absl::StatusOr<Nothing> {
          ETALON_RETURN_IF_ERROR(EndDueStages(transaction, effects));
          return Nothing();
        },
        // The next tick tries again.
        [](const absl::StatusOr<Nothing>&) {},
        [](const absl::StatusOr<Nothing>&) {});
  }
  if (!leases_.AnyExpired(now)) return;
  Enact<Nothing>(
      [this, now](Transaction& transaction,
                  Effects& effects) -> absl::StatusOr<Nothing> {
        ETALON_RETURN_IF_ERROR(Expire(transaction, now, effects));
        return Nothing();
      },
      [this](const absl::StatusOr<Nothing>& result) {
        const std::string error = result.status().ToString();
        if (!result.ok()) {
          // A store that cannot end leases cannot have heard their workers
          // either. One line tells of one trouble.
          if (error != last_tick_error_) {
            LogError("leases cannot be ended, renewing ", leases_.size(), ": ",
                     error);
          }
          leases_.RenewAll(clock_.Monotonic());
        }
        last_tick_error_ = error;
      },
      // The next tick tries again.
      [](const absl::StatusOr<Nothing>&) {});
}

// Of a process that was stopped, or waited for its disk, no worker could be
// heard: the silence was its own.
void Coordinator::NoticeStall(absl::Duration now) {
  const absl::Duration gap = now - last_tick_;
  if (gap < options_.lease_duration / kHeartbeatsPerLease) return;
  ++statistics_.stalls;
  LogWarning("stalled for ", absl::FormatDuration(gap), ": renewing ",
             leases_.size(), " leases");
  leases_.RenewAll(now);
}

Moment Coordinator::Now() const {
  return {clock_.Now(), deadlines_.Due(clock_.Monotonic())};
}

void Coordinator::SetDeadline(StageId stage, absl::Time end) {
  deadlines_.Set(stage, clock_.Monotonic() + (end - clock_.Now()));
}

absl::Status Coordinator::EndDueStages(Transaction& transaction,
                                       Effects& effects) {
  const Moment now = Now();
  for (const StageId stage : now.due) {
    ETALON_RETURN_IF_ERROR(EndStageTime(transaction, stage, now, effects));
  }
  return absl::OkStatus();
}

absl::Status Coordinator::Expire(Transaction& transaction, absl::Duration now,
                                 Effects& effects) {
  for (const LeaseRecord& lease : leases_.Expired(now)) {
    ETALON_RETURN_IF_ERROR(Lose(transaction, lease, effects));
    effects.ended.push_back(lease);
  }
  return absl::OkStatus();
}

absl::Status Coordinator::Lose(Transaction& transaction,
                               const LeaseRecord& lease, Effects& effects) {
  ETALON_ASSIGN_OR_RETURN(const TrialDetails trial,
                          transaction.GetTrialById(lease.trial));
  // An operation of this very batch may have ended the attempt.
  if (trial.state != v1::Trial::RUNNING || trial.attempt != lease.attempt) {
    return absl::OkStatus();
  }
  ETALON_ASSIGN_OR_RETURN(const SearchRecord search,
                          transaction.GetSearchById(trial.search));
  // Lost already with others, and now with this one.
  ETALON_ASSIGN_OR_RETURN(const int lost_workers,
                          transaction.CountWorkersLost(trial.id, lease.worker));
  const std::optional<v1::Failure> failure =
      GiveUp(search.spec, trial.lost_count + 1, lost_workers);
  const absl::Time now = clock_.Now();
  const std::string message = absl::StrCat(
      "no heartbeat within ", absl::FormatDuration(options_.lease_duration));
  effects.events.push_back(absl::StrCat(
      FormatTrialName(trial.search_name, trial.number), " was lost with ",
      FormatWorkerName(lease.worker), ": ", message, ", ",
      failure.has_value() ? failure->message() : "queued again"));
  ++effects.lost;
  if (!failure.has_value()) {
    effects.trials_available = true;
    return transaction.RequeueTrial(trial.id, trial.attempt, v1::Attempt::LOST,
                                    message, now);
  }
  effects.trials_ended.push_back(v1::Trial::FAILED);
  effects.observed.push_back(trial.stage);
  ETALON_RETURN_IF_ERROR(transaction.FailLostTrial(trial.id, trial.attempt,
                                                   message, *failure, now));
  ETALON_ASSIGN_OR_RETURN(const bool open,
                          transaction.StageHasOpenTrials(trial.stage));
  if (open) return absl::OkStatus();
  return AdvanceSearch(transaction, trial.search, Now(), effects);
}

}  // namespace etalon
