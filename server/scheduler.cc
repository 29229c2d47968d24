#include "server/scheduler.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "server/lease_token.h"
#include "server/search/halving.h"
#include "server/search/training.h"

namespace etalon {
namespace {

// Of `queued` trials, what one of `idle_threads` gets, so that none of them
// goes without: a group is trained faster than its trials one by one, but not
// as fast as on several threads.
int64_t FairShare(int64_t queued, int64_t idle_threads) {
  return (queued + idle_threads - 1) / idle_threads;
}

// One loss more, with another worker, and the trial is set aside as what takes
// workers down: that one must be its own.
constexpr int kSuspectLosses = 2;
// How far behind suspects to look for others: all that one large worker held.
constexpr int kManySuspects = 1000;

bool IsSuspect(const TrialDetails& trial) {
  return trial.lost_count >= kSuspectLosses;
}

}  // namespace

absl::StatusOr<v1::LeaseTrialsResponse> Scheduler::Lease(
    Transaction& transaction, const Request& request, absl::Time now,
    Effects& effects) {
  v1::LeaseTrialsResponse response;
  ETALON_ASSIGN_OR_RETURN(
      const std::vector<LeaseRecord> leases,
      transaction.FindLeases(request.worker, request.request_id));
  for (const LeaseRecord& lease : leases) {
    ETALON_ASSIGN_OR_RETURN(const TrialDetails trial,
                            transaction.GetTrialById(lease.trial));
    ETALON_ASSIGN_OR_RETURN(const StageRecord stage,
                            transaction.GetStage(trial.stage));
    ETALON_ASSIGN_OR_RETURN(const SearchRecord search,
                            transaction.GetSearchById(trial.search));
    ETALON_ASSIGN_OR_RETURN(*response.add_trials(),
                            Describe(transaction, trial, stage, search.spec));
    // The worker is there to be heard: its leases begin anew.
    effects.leased.push_back(lease);
  }
  if (!response.trials().empty()) return response;

  ETALON_RETURN_IF_ERROR(Recall(transaction));
  // The turn goes round by id, beginning after the last that was served.
  std::vector<Candidate>& running = *running_;
  const size_t next = std::count_if(
      running.begin(), running.end(),
      [this](const Candidate& c) { return c.search <= last_served_; });
  for (size_t i = 0; i < running.size(); ++i) {
    Candidate& candidate = running[(next + i) % running.size()];
    ETALON_ASSIGN_OR_RETURN(
        response, LeaseFrom(transaction, candidate, request, now, effects));
    if (!response.trials().empty()) {
      last_served_ = candidate.search;
      break;
    }
  }
  return response;
}

absl::Status Scheduler::Recall(Transaction& transaction) {
  if (running_.has_value()) return absl::OkStatus();
  ETALON_ASSIGN_OR_RETURN(std::vector<SearchRecord> open,
                          transaction.ListOpenSearches());
  running_.emplace();
  for (SearchRecord& search : open) {
    if (search.state == v1::Search::RUNNING) {
      Candidate& candidate = running_->emplace_back();
      candidate.search = search.id;
      candidate.started = search.started;
      if (search.spec.has_max_parallel()) {
        candidate.max_parallel = search.spec.max_parallel();
      }
      candidate.spec = std::move(search.spec);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::LeaseTrialsResponse> Scheduler::LeaseFrom(
    Transaction& transaction, Candidate& candidate, const Request& request,
    absl::Time now, Effects& effects) {
  v1::LeaseTrialsResponse response;
  bool suspect = false;
  ETALON_ASSIGN_OR_RETURN(
      std::vector<TrialDetails> trials,
      ListQueued(transaction, candidate.search, request, &suspect));
  if (trials.empty()) return response;
  // Only one stage of a search is open at a time.
  std::optional<StageRecord>& stage = candidate.stage;
  if (!stage.has_value() || stage->id != trials.front().stage) {
    ETALON_ASSIGN_OR_RETURN(stage, transaction.GetStage(trials.front().stage));
  }
  const v1::Dataset& dataset = stage->training.dataset();
  if (!CanUse(request.capabilities, dataset)) return response;
  ETALON_ASSIGN_OR_RETURN(
      const size_t share,
      ShareOf(transaction, candidate.search, dataset, trials.size()));
  ETALON_ASSIGN_OR_RETURN(const size_t room,
                          RoomOf(transaction, candidate, share));
  trials.resize(room);
  if (trials.empty()) return response;
  for (TrialDetails& trial : trials) {
    if (trial.stage != stage->id) {
      return absl::InternalError(absl::StrCat(
          FormatSearchName(trial.search_name), " has two open stages"));
    }
    ++trial.attempt;
    ETALON_RETURN_IF_ERROR(transaction.LeaseTrial(
        trial.id, trial.attempt, request.worker, request.request_id, now));
    trial.state = v1::Trial::RUNNING;
    trial.worker = request.worker;
    effects.leased.push_back({trial.id, trial.attempt, trial.worker});
    ETALON_ASSIGN_OR_RETURN(
        *response.add_trials(),
        Describe(transaction, trial, *stage, candidate.spec));
  }
  batches_.Start(effects.leased, suspect);
  if (!candidate.started) {
    effects.searches_changed = true;
    ETALON_RETURN_IF_ERROR(
        transaction.MarkSearchStarted(candidate.search, now));
  }
  return response;
}

absl::StatusOr<std::vector<TrialDetails>> Scheduler::ListQueued(
    Transaction& transaction, SearchId search, const Request& request,
    bool* suspect) {
  const auto wanted = static_cast<size_t>(request.max_trials);
  ETALON_ASSIGN_OR_RETURN(std::vector<TrialDetails> trials,
                          transaction.ListQueued(search, request.max_trials));
  if (trials.empty()) return trials;
  *suspect =
      IsSuspect(trials.front()) && !batches_.HoldsSuspect(request.worker);
  if (*suspect) {
    trials.resize(1);
    return trials;
  }
  const bool many = trials.size() == wanted;
  trials.erase(std::remove_if(trials.begin(), trials.end(), IsSuspect),
               trials.end());
  if (trials.size() == wanted || !many) return trials;
  // Suspects stand before others; they wait for other workers.
  ETALON_ASSIGN_OR_RETURN(
      trials,
      transaction.ListQueued(search, request.max_trials + kManySuspects));
  trials.erase(std::remove_if(trials.begin(), trials.end(), IsSuspect),
               trials.end());
  if (trials.size() > wanted) trials.resize(wanted);
  return trials;
}

absl::StatusOr<size_t> Scheduler::ShareOf(Transaction& transaction,
                                          SearchId search,
                                          const v1::Dataset& dataset,
                                          size_t wanted) {
  if (wanted == 1) return wanted;
  // The thread that asks is idle, whatever its worker has said of itself.
  const int64_t idle =
      std::max<int64_t>(workers_.CountIdleThreads(dataset, batches_), 1);
  const auto most = static_cast<int64_t>(wanted);
  // More than that makes no difference.
  ETALON_ASSIGN_OR_RETURN(const int64_t queued,
                          transaction.CountQueued(search, most * idle));
  return static_cast<size_t>(std::min(FairShare(queued, idle), most));
}

absl::StatusOr<size_t> Scheduler::RoomOf(Transaction& transaction,
                                         const Candidate& candidate,
                                         size_t wanted) {
  if (!candidate.max_parallel.has_value()) return wanted;
  ETALON_ASSIGN_OR_RETURN(const int64_t running,
                          transaction.CountRunning(candidate.stage->id));
  const int64_t room = std::max<int64_t>(*candidate.max_parallel - running, 0);
  if (room == 0) held_back_ = true;
  return std::min(wanted, static_cast<size_t>(room));
}

absl::StatusOr<v1::LeasedTrial> Scheduler::Describe(
    Transaction& transaction, const TrialDetails& trial,
    const StageRecord& stage, const v1::SearchSpec& spec) {
  v1::LeasedTrial leased;
  *leased.mutable_token() = MakeToken(database_generation_, trial);
  v1::Trial& message = *leased.mutable_trial();
  message.set_name(leased.token().trial());
  message.set_stage(FormatStageName(trial.search_name, stage.name));
  message.set_configuration(trial.configuration);
  message.set_replicate(trial.replicate);
  message.mutable_parameters()->Assign(trial.parameters.begin(),
                                       trial.parameters.end());
  message.set_state(trial.state);
  *message.mutable_seeds() = trial.seeds;
  message.mutable_thresholds()->Assign(trial.thresholds.begin(),
                                       trial.thresholds.end());
  message.set_attempt_count(trial.attempt);
  message.set_worker(FormatWorkerName(trial.worker));
  ETALON_ASSIGN_OR_RETURN(*message.mutable_training(),
                          ApplyParameters(stage.training, trial.parameters));
  message.set_evaluate_test(stage.evaluate_test);
  message.set_rung(trial.rung);
  message.set_until_update(UntilUpdate(spec.stages(stage.position).stopping(),
                                       message.training(), trial.rung));
  if (trial.suspended_attempt == 0) return leased;
  ETALON_ASSIGN_OR_RETURN(
      const std::optional<CheckpointRecord> checkpoint,
      transaction.FindCheckpoint(trial.id, trial.suspended_attempt));
  if (checkpoint.has_value()) {
    leased.set_checkpoint_size_bytes(checkpoint->size_bytes);
  }
  return leased;
}

}  // namespace etalon
