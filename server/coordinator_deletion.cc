#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/resource_names.h"
#include "server/coordinator.h"
#include "server/coordinator_mutate.h"

namespace etalon {

void Coordinator::DeleteSearch(const v1::DeleteSearchRequest& request,
                               Done<v1::DeleteSearchResponse> done) {
  Mutate<v1::DeleteSearchResponse>(
      [this, name = request.name()](Transaction& transaction, Effects& effects)
          -> absl::StatusOr<v1::DeleteSearchResponse> {
        ETALON_ASSIGN_OR_RETURN(const std::string id, ParseSearchName(name));
        ETALON_ASSIGN_OR_RETURN(const v1::Search search,
                                transaction.GetSearch(id));
        if (search.state() == v1::Search::RUNNING ||
            search.state() == v1::Search::PAUSED) {
          return absl::FailedPreconditionError(
              absl::StrCat(name, " is ", v1::Search::State_Name(search.state()),
                           ": end it first with `etalon cancel ", id, "`"));
        }
        ETALON_ASSIGN_OR_RETURN(const SearchRecord record,
                                transaction.FindSearch(id));
        ETALON_RETURN_IF_ERROR(
            transaction.DeleteSearch(record.id, clock_.Now()));
        effects.purge_due = true;
        effects.events.push_back(absl::StrCat("deleted ", name));
        v1::DeleteSearchResponse response;
        const v1::TrialCounts& counts = search.counts();
        response.set_trials(counts.succeeded() + counts.diverged() +
                            counts.failed() + counts.cancelled());
        return response;
      },
      std::move(done));
}

void Coordinator::Purge() {
  if (!purge_due_ || purging_) return;
  purging_ = true;
  // Shared by the operation and its answer.
  auto more = std::make_shared<bool>(false);
  const absl::Status status = writer_.Submit(
      [more](Transaction& transaction) -> absl::Status {
        ETALON_ASSIGN_OR_RETURN(*more,
                                transaction.PurgeDeleted(kMaxPurgedRows));
        return absl::OkStatus();
      },
      [this, more](const absl::Status& status) {
        purging_ = false;
        // A disk that is full or a store that closes: the tick tries again.
        if (!status.ok()) return;
        purge_due_ = *more;
        Purge();
      });
  // A full queue: the tick tries again.
  if (!status.ok()) purging_ = false;
}

}  // namespace etalon
