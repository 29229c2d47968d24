#include "server/queries.h"

#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "server/contenders.h"
#include "server/filter/parse_filter.h"
#include "server/past_rates.h"
#include "server/search/planned_work.h"
#include "server/search/stage_expansion.h"
#include "server/search/training.h"

namespace etalon {
namespace {

template <typename Request>
PageRequest ToPage(const Request& request) {
  return {request.page_size() == 0 ? kDefaultPageSize : request.page_size(),
          request.page_token()};
}

template <typename T>
void MoveInto(std::vector<T>& from, google::protobuf::RepeatedPtrField<T>* to) {
  to->Assign(std::make_move_iterator(from.begin()),
             std::make_move_iterator(from.end()));
}

// Why no model is stored of the trial.
absl::Status ExplainNoModel(const v1::Trial& trial) {
  const auto none = [&](absl::string_view why) {
    return absl::FailedPreconditionError(
        absl::StrCat("no model is stored of ", trial.name(), ": ", why));
  };
  if (trial.training().keep_model() == v1::KEEP_NONE) {
    return none(absl::StrCat(trial.stage(), " has keep_model: none"));
  }
  if (trial.state() != v1::Trial::SUCCEEDED) {
    return none(
        absl::StrCat("the trial is ", v1::Trial::State_Name(trial.state())));
  }
  if (!trial.same_as().empty()) {
    return none(absl::StrCat(trial.same_as(), " stands for it: ask for that"));
  }
  if (trial.training().keep_model() == v1::KEEP_BEST) {
    return none(absl::StrCat(trial.stage(),
                             " keeps its best trial's, which is another"));
  }
  return none("its worker could not store one");
}

}  // namespace

template <typename Response>
void Queries::Read(std::function<absl::StatusOr<Response>(Reader&)> query,
                   Done<Response> done) {
  const absl::Status status =
      pool_.Run([query = std::move(query), done](Reader& reader) {
        done(query(reader));
      });
  if (!status.ok()) done(status);
}

void Queries::GetSearch(v1::GetSearchRequest request, Done<v1::Search> done) {
  Read<v1::Search>(
      [request =
           std::move(request)](Reader& reader) -> absl::StatusOr<v1::Search> {
        ETALON_ASSIGN_OR_RETURN(const std::string search,
                                ParseSearchName(request.name()));
        return reader.GetSearch(search);
      },
      std::move(done));
}

void Queries::PlanSearch(v1::PlanSearchRequest request,
                         Done<v1::SearchPlan> done) {
  Read<v1::SearchPlan>(
      [request = std::move(request)](
          Reader& reader) -> absl::StatusOr<v1::SearchPlan> {
        v1::SearchPlan plan = PlanWork(ExpandStages(request.spec()));
        ETALON_RETURN_IF_ERROR(AddPastRates(reader, plan));
        return plan;
      },
      std::move(done));
}

void Queries::ListSearches(v1::ListSearchesRequest request,
                           Done<v1::ListSearchesResponse> done) {
  Read<v1::ListSearchesResponse>(
      [request = std::move(request)](
          Reader& reader) -> absl::StatusOr<v1::ListSearchesResponse> {
        ETALON_ASSIGN_OR_RETURN(Page<v1::Search> page,
                                reader.ListSearches(ToPage(request)));
        v1::ListSearchesResponse response;
        MoveInto(page.items, response.mutable_searches());
        response.set_next_page_token(std::move(page.next_token));
        return response;
      },
      std::move(done));
}

void Queries::ListTrials(v1::ListTrialsRequest request,
                         Done<v1::ListTrialsResponse> done) {
  Read<v1::ListTrialsResponse>(
      [request = std::move(request)](
          Reader& reader) -> absl::StatusOr<v1::ListTrialsResponse> {
        TrialQuery query;
        ETALON_ASSIGN_OR_RETURN(query.search,
                                ParseSearchName(request.parent()));
        ETALON_ASSIGN_OR_RETURN(const v1::SearchSpec spec,
                                reader.GetSpec(query.search));
        const std::vector<v1::Parameter> parameters(spec.parameters().begin(),
                                                    spec.parameters().end());
        ETALON_ASSIGN_OR_RETURN(query.filter,
                                ParseTrialFilter(request.filter(), parameters));
        ETALON_ASSIGN_OR_RETURN(
            query.order, ParseTrialOrder(request.order_by(), parameters));
        ETALON_ASSIGN_OR_RETURN(Page<v1::Trial> page,
                                reader.ListTrials(query, ToPage(request)));
        v1::ListTrialsResponse response;
        MoveInto(page.items, response.mutable_trials());
        response.set_next_page_token(std::move(page.next_token));
        return response;
      },
      std::move(done));
}

void Queries::GetTrial(v1::GetTrialRequest request, Done<v1::Trial> done) {
  Read<v1::Trial>(
      [request =
           std::move(request)](Reader& reader) -> absl::StatusOr<v1::Trial> {
        ETALON_ASSIGN_OR_RETURN(const TrialName name,
                                ParseTrialName(request.name()));
        ETALON_ASSIGN_OR_RETURN(v1::Trial trial,
                                reader.GetTrial(name.search, name.number));
        const std::vector<v1::ParameterAssignment> parameters(
            trial.parameters().begin(), trial.parameters().end());
        ETALON_ASSIGN_OR_RETURN(*trial.mutable_training(),
                                ApplyParameters(trial.training(), parameters));
        return trial;
      },
      std::move(done));
}

void Queries::ReadModel(v1::ReadModelRequest request,
                        Done<v1::ReadModelResponse> done) {
  Read<v1::ReadModelResponse>(
      [request = std::move(request)](
          Reader& reader) -> absl::StatusOr<v1::ReadModelResponse> {
        ETALON_ASSIGN_OR_RETURN(const TrialName name,
                                ParseTrialName(request.name()));
        ETALON_ASSIGN_OR_RETURN(
            std::optional<ModelPiece> piece,
            reader.ReadModel(name.search, name.number, request.offset()));
        if (!piece.has_value()) {
          ETALON_ASSIGN_OR_RETURN(const v1::Trial trial,
                                  reader.GetTrial(name.search, name.number));
          return ExplainNoModel(trial);
        }
        v1::ReadModelResponse response;
        response.set_size_bytes(piece->size_bytes);
        response.set_data(std::move(piece->data));
        return response;
      },
      std::move(done));
}

void Queries::RankConfigurations(v1::RankConfigurationsRequest request,
                                 Done<v1::RankConfigurationsResponse> done) {
  Read<v1::RankConfigurationsResponse>(
      [request = std::move(request)](
          Reader& reader) -> absl::StatusOr<v1::RankConfigurationsResponse> {
        ETALON_ASSIGN_OR_RETURN(const std::string search,
                                ParseSearchName(request.parent()));
        ETALON_ASSIGN_OR_RETURN(
            std::vector<v1::RankedConfiguration> ranked,
            RankBest(
                reader, search, request.stage(), request.by(),
                request.limit() == 0 ? kDefaultRankLimit : request.limit()));
        v1::RankConfigurationsResponse response;
        MoveInto(ranked, response.mutable_configurations());
        return response;
      },
      std::move(done));
}

void Queries::ListWorkers(v1::ListWorkersRequest request,
                          Done<v1::ListWorkersResponse> done) {
  Read<v1::ListWorkersResponse>(
      [this, request = std::move(request)](
          Reader& reader) -> absl::StatusOr<v1::ListWorkersResponse> {
        ETALON_ASSIGN_OR_RETURN(Page<v1::Worker> page,
                                reader.ListWorkers(ToPage(request)));
        v1::ListWorkersResponse response;
        for (v1::Worker& worker : page.items) {
          ETALON_ASSIGN_OR_RETURN(const WorkerId id,
                                  ParseWorkerName(worker.name()));
          workers_.Overlay(id, worker);
          *response.add_workers() = std::move(worker);
        }
        response.set_next_page_token(std::move(page.next_token));
        return response;
      },
      std::move(done));
}

}  // namespace etalon
