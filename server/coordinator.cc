#include "server/coordinator.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "server/coordinator_mutate.h"
#include "server/stage_progress.h"

namespace etalon {

Coordinator::Coordinator(const Options& options, uint64_t database_generation,
                         WriteQueue& writer, Clock& clock,
                         std::function<void(const StageKey&)> look)
    : options_(options),
      database_generation_(database_generation),
      writer_(writer),
      clock_(clock),
      look_(std::move(look)),
      workers_(options.lease_duration, clock),
      leases_(options.lease_duration),
      scheduler_(database_generation, workers_, batches_),
      last_tick_(clock.Monotonic()) {}

void Coordinator::Start(WriteQueue::Answer done) {
  Mutate<Nothing>(
      [this](Transaction& transaction,
             Effects& effects) -> absl::StatusOr<Nothing> {
        ETALON_ASSIGN_OR_RETURN(effects.leased, transaction.ListLeases());
        ETALON_ASSIGN_OR_RETURN(const std::vector<WorkerOwner> owners,
                                transaction.ListWorkerOwners());
        for (const WorkerOwner& owner : owners) {
          owners_.Put(owner.worker, owner.name);
        }
        ETALON_ASSIGN_OR_RETURN(const std::vector<SearchRecord> searches,
                                transaction.ListOpenSearches());
        for (const SearchRecord& search : searches) {
          ETALON_RETURN_IF_ERROR(
              AdvanceSearch(transaction, search.id, Now(), effects));
        }
        effects.events.push_back(absl::StrCat(
            "resumed with ", searches.size(), " open searches and ",
            effects.leased.size(), " live leases"));
        return Nothing();
      },
      [done = std::move(done)](const absl::StatusOr<Nothing>& result) {
        done(result.status());
      });
}

absl::Status Coordinator::Try(Transaction& transaction,
                              absl::FunctionRef<absl::Status(Effects&)> step,
                              Effects& effects, absl::Status* outcome) {
  Effects of_step;
  const absl::Status status =
      transaction.Try([&] { return step(of_step); }, outcome);
  if (status.ok() && outcome->ok()) {
    effects.Add(std::move(of_step));
  } else {
    Discard(of_step);
    effects.searches_changed |= of_step.searches_changed;
  }
  return status;
}

void Coordinator::Discard(const Effects& effects) {
  for (const LeaseRecord& lease : effects.leased) batches_.End(lease);
  // Which of them came together may be forgotten.
  batches_.Start(effects.ended);
}

void Coordinator::Undo(const Effects& effects) {
  Discard(effects);
  scheduler_.Forget();
}

void Coordinator::Apply(const Effects& effects) {
  const absl::Duration now = clock_.Monotonic();
  for (const LeaseRecord& lease : effects.leased) {
    leases_.Start(lease, now);
    // Known, but for those of before a restart: which of them came together is
    // forgotten.
    batches_.Start({&lease, 1});
  }
  for (const LeaseRecord& lease : effects.ended) {
    leases_.End(lease);
    batches_.End(lease);
  }
  for (const auto& [worker, owner, capabilities] : effects.registered) {
    workers_.Put(worker, capabilities);
    owners_.Put(worker, owner);
  }
  for (const WorkerId worker : effects.unregistered) {
    workers_.Remove(worker);
    owners_.Remove(worker);
    for (const LeaseCallPtr& call : parked_.TakeOf(worker)) {
      call->done(v1::LeaseTrialsResponse());
    }
  }
  statistics_.trials_leased += static_cast<int64_t>(effects.leased.size());
  statistics_.attempts_lost += effects.lost;
  statistics_.attempts_returned += effects.returned;
  for (const v1::Trial::State state : effects.trials_ended) {
    ++statistics_.trials_ended[static_cast<size_t>(state)];
  }
  for (const WorkerId worker : effects.flushed) workers_.MarkFlushed(worker);
  for (const std::string& event : effects.events) LogInfo(event);
  // In this order: what was held back is to be forgotten by then.
  const bool room = !effects.ended.empty() && scheduler_.TakeHeldBack();
  if (room || effects.trials_available) WakeParked();
  LookAtStages(effects);
  for (const auto& [stage, end] : effects.timed) {
    SetDeadline(stage, end);
  }
  for (const StageId stage : effects.untimed) deadlines_.Remove(stage);
  if (effects.purge_due) {
    purge_due_ = true;
    Purge();
  }
}

void Coordinator::Drain() {
  writer_.Post([this] {
    draining_ = true;
    for (const LeaseCallPtr& call : parked_.TakeAll()) {
      call->done(v1::LeaseTrialsResponse());
    }
  });
}

}  // namespace etalon
