#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "server/coordinator.h"
#include "server/coordinator_mutate.h"
#include "server/durations.h"

namespace etalon {
namespace {

absl::Status Unknown(WorkerId worker, absl::string_view why) {
  return absl::NotFoundError(absl::StrCat(FormatWorkerName(worker), " ", why,
                                          ": register without a name"));
}

absl::StatusOr<v1::Worker> FindWorker(Transaction& transaction,
                                      WorkerId worker) {
  absl::StatusOr<v1::Worker> found = transaction.GetWorker(worker);
  if (absl::IsNotFound(found.status())) {
    return Unknown(worker, "is not known to this database");
  }
  return found;
}

absl::Status CheckOwner(const v1::Worker& worker, absl::string_view owner) {
  if (worker.owner() == owner) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat(worker.name(), " was registered with another token"));
}

absl::StatusOr<WorkerId> Register(Transaction& transaction,
                                  absl::string_view owner,
                                  const v1::RegisterWorkerRequest& request,
                                  absl::Time now) {
  if (request.name().empty()) {
    ETALON_ASSIGN_OR_RETURN(
        const WorkerId worker,
        transaction.InsertWorker(request.display_name(), owner,
                                 request.capabilities(), request.request_id(),
                                 now));
    // It may be one that the request id made earlier.
    ETALON_ASSIGN_OR_RETURN(const v1::Worker known,
                            transaction.GetWorker(worker));
    ETALON_RETURN_IF_ERROR(CheckOwner(known, owner));
    return worker;
  }
  ETALON_ASSIGN_OR_RETURN(const WorkerId worker,
                          ParseWorkerName(request.name()));
  ETALON_ASSIGN_OR_RETURN(const v1::Worker known,
                          FindWorker(transaction, worker));
  ETALON_RETURN_IF_ERROR(CheckOwner(known, owner));
  ETALON_RETURN_IF_ERROR(transaction.UpdateWorker(
      worker, request.display_name(), request.capabilities(), now));
  if (known.state() == v1::Worker::GONE) {
    ETALON_RETURN_IF_ERROR(
        transaction.SetWorkerState(worker, v1::Worker::ALIVE, now));
  }
  return worker;
}

}  // namespace

void Coordinator::RegisterWorkerOf(const std::string& owner,
                                   v1::RegisterWorkerRequest request,
                                   Done<v1::RegisterWorkerResponse> done) {
  Mutate<v1::RegisterWorkerResponse>(
      [this, owner, request = std::move(request)](
          Transaction& transaction,
          Effects& effects) -> absl::StatusOr<v1::RegisterWorkerResponse> {
        if (!workers_.HasRoom(options_.max_workers)) {
          return absl::ResourceExhaustedError(absl::StrCat(
              options_.max_workers, " workers are here already: no more may"));
        }
        ETALON_ASSIGN_OR_RETURN(
            const WorkerId worker,
            Register(transaction, owner, request, clock_.Now()));
        effects.registered.push_back({worker, owner, request.capabilities()});
        // It may be able to train now what it could not before.
        effects.trials_available = true;
        effects.events.push_back(absl::StrCat(FormatWorkerName(worker), " (",
                                              request.display_name(),
                                              ") has registered"));
        v1::RegisterWorkerResponse response;
        response.set_name(FormatWorkerName(worker));
        *response.mutable_lease_duration() = ToProto(options_.lease_duration);
        *response.mutable_heartbeat_interval() =
            ToProto(options_.lease_duration / kHeartbeatsPerLease);
        return response;
      },
      std::move(done));
}

void Coordinator::UnregisterWorker(const v1::UnregisterWorkerRequest& request,
                                   Done<v1::UnregisterWorkerResponse> done) {
  Mutate<v1::UnregisterWorkerResponse>(
      [this, name = request.worker()](
          Transaction& transaction,
          Effects& effects) -> absl::StatusOr<v1::UnregisterWorkerResponse> {
        ETALON_ASSIGN_OR_RETURN(const WorkerId worker, ParseWorkerName(name));
        ETALON_RETURN_IF_ERROR(FindWorker(transaction, worker).status());
        ETALON_ASSIGN_OR_RETURN(const std::vector<LeaseRecord> leases,
                                transaction.ListLeasesOf(worker));
        for (const LeaseRecord& lease : leases) {
          ETALON_RETURN_IF_ERROR(
              Requeue(transaction, lease, "the worker said goodbye", effects));
        }
        ETALON_RETURN_IF_ERROR(
            transaction.SetWorkerState(worker, v1::Worker::GONE, clock_.Now()));
        // At once, so that a request behind this one in the same transaction
        // asks the store, which knows that the worker is gone.
        workers_.Remove(worker);
        effects.unregistered.push_back(worker);
        effects.events.push_back(absl::StrCat(name, " has said goodbye"));
        return v1::UnregisterWorkerResponse();
      },
      std::move(done));
}

absl::StatusOr<v1::Capabilities> Coordinator::Capabilities(
    Transaction& transaction, WorkerId worker) {
  std::optional<v1::Capabilities> known = workers_.FindCapabilities(worker);
  if (known.has_value()) return *std::move(known);
  ETALON_ASSIGN_OR_RETURN(const v1::Worker record,
                          FindWorker(transaction, worker));
  if (record.state() == v1::Worker::GONE) {
    return Unknown(worker, "has said goodbye");
  }
  workers_.Put(worker, record.capabilities());
  return record.capabilities();
}

absl::Status Coordinator::Hear(Transaction& transaction, WorkerId worker,
                               Effects& effects) {
  const absl::Status known = Capabilities(transaction, worker).status();
  if (absl::IsNotFound(known)) return absl::OkStatus();
  ETALON_RETURN_IF_ERROR(known);
  workers_.Hear(worker);
  if (!workers_.NeedsFlush(worker)) return absl::OkStatus();
  effects.flushed.push_back(worker);
  return transaction.TouchWorker(worker, clock_.Now());
}

}  // namespace etalon
