#include <google/protobuf/util/message_differencer.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "server/coordinator.h"
#include "server/coordinator_mutate.h"
#include "server/search/stage_expansion.h"
#include "server/stage_progress.h"

namespace etalon {
namespace {

bool IsOpen(v1::Search::State state) {
  return state == v1::Search::RUNNING || state == v1::Search::PAUSED;
}

absl::StatusOr<SearchId> Insert(Transaction& transaction,
                                const v1::CreateSearchRequest& request,
                                absl::Time now) {
  absl::StatusOr<SearchId> id = transaction.InsertSearch(
      request.spec(),
      request.paused() ? v1::Search::PAUSED : v1::Search::RUNNING,
      PlanStages(request.spec()), request.request_id(), now);
  if (absl::IsAlreadyExists(id.status())) {
    return absl::AlreadyExistsError(
        absl::StrCat(FormatSearchName(request.spec().name()),
                     " already exists: choose another name"));
  }
  return id;
}

absl::StatusOr<v1::Search> Create(Transaction& transaction,
                                  const v1::CreateSearchRequest& request,
                                  const Moment& now, Effects& effects) {
  if (!request.request_id().empty()) {
    ETALON_ASSIGN_OR_RETURN(const std::optional<SearchRecord> earlier,
                            transaction.FindRequest(request.request_id()));
    if (earlier.has_value()) {
      if (google::protobuf::util::MessageDifferencer::Equals(earlier->spec,
                                                             request.spec())) {
        return transaction.GetSearch(earlier->spec.name());
      }
      return absl::AlreadyExistsError(absl::StrCat(
          "request_id '", request.request_id(), "' has created ",
          FormatSearchName(earlier->spec.name()), " with another spec"));
    }
  }
  ETALON_ASSIGN_OR_RETURN(const SearchId id,
                          Insert(transaction, request, now.time));
  effects.events.push_back(
      absl::StrCat("created ", FormatSearchName(request.spec().name())));
  ETALON_RETURN_IF_ERROR(AdvanceSearch(transaction, id, now, effects));
  return transaction.GetSearch(request.spec().name());
}

}  // namespace

void Coordinator::CreateSearch(v1::CreateSearchRequest request,
                               Done<v1::Search> done) {
  *request.mutable_spec() = ExpandStages(request.spec());
  Mutate<v1::Search>(
      [this, request = std::move(request)](Transaction& transaction,
                                           Effects& effects) {
        return Create(transaction, request, Now(), effects);
      },
      std::move(done));
}

void Coordinator::PauseSearch(const v1::PauseSearchRequest& request,
                              Done<v1::Search> done) {
  SetState(request.name(), v1::Search::PAUSED, std::move(done));
}

void Coordinator::ResumeSearch(const v1::ResumeSearchRequest& request,
                               Done<v1::Search> done) {
  SetState(request.name(), v1::Search::RUNNING, std::move(done));
}

void Coordinator::CancelSearch(const v1::CancelSearchRequest& request,
                               Done<v1::Search> done) {
  SetState(request.name(), v1::Search::CANCELLED, std::move(done));
}

void Coordinator::SetState(const std::string& name, v1::Search::State state,
                           Done<v1::Search> done) {
  Mutate<v1::Search>(
      [this, name, state](Transaction& transaction,
                          Effects& effects) -> absl::StatusOr<v1::Search> {
        ETALON_ASSIGN_OR_RETURN(const std::string id, ParseSearchName(name));
        ETALON_ASSIGN_OR_RETURN(const SearchRecord search,
                                transaction.FindSearch(id));
        if (search.state == state) return transaction.GetSearch(id);
        if (!IsOpen(search.state)) {
          return absl::FailedPreconditionError(
              absl::StrCat(name, " has ended: it is ",
                           v1::Search::State_Name(search.state)));
        }
        effects.searches_changed = true;
        const absl::Time now = clock_.Now();
        if (state == v1::Search::CANCELLED) {
          v1::Failure failure;
          failure.set_reason(v1::Failure::CANCELLED);
          failure.set_message("a user cancelled the search");
          ETALON_ASSIGN_OR_RETURN(effects.ended,
                                  transaction.ListLeasesIn(search.id));
          ETALON_RETURN_IF_ERROR(
              transaction.CancelOpenTrials(search.id, failure, now));
          ETALON_RETURN_IF_ERROR(
              EndSearch(transaction, search, state, "", now, effects));
          return transaction.GetSearch(id);
        }
        ETALON_RETURN_IF_ERROR(
            transaction.SetSearchState(search.id, state, "", now));
        effects.trials_available = state == v1::Search::RUNNING;
        effects.events.push_back(
            absl::StrCat(name, " is ", v1::Search::State_Name(state)));
        return transaction.GetSearch(id);
      },
      std::move(done));
}

}  // namespace etalon
