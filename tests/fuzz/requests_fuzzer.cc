// What a peer may send to the services, one call after another against one
// coordinator: lines "Method: message in protobuf's text form". The coordinator
// may refuse anything; it must not crash, nor find its own rows in
// contradiction (INTERNAL, DATA_LOSS).

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "server/coordinator.h"
#include "server/queries.h"
#include "server/read_pool.h"
#include "server/request_checks.h"
#include "tests/server/coordinator_harness.h"

namespace etalon::testing {
namespace {

// A coordinator with its readers.
struct Peer {
  CoordinatorHarness harness;
  std::unique_ptr<ReadPool> pool = *ReadPool::Create(harness.store(), 1);
  Queries queries{*pool, harness.coordinator().workers()};
};

using Call = std::function<absl::Status(Peer&, const std::string& text)>;

// Parses as far as it goes, checks as the services do, and calls.
template <typename Request, typename Handle>
absl::Status CheckAndCall(const std::string& text, Handle handle) {
  Request request;
  google::protobuf::TextFormat::Parser parser;
  // Only the text is at fault.
  class Silence : public google::protobuf::io::ErrorCollector {
    void AddError(int, int, const std::string&) override {}
  } silence;
  parser.RecordErrorsTo(&silence);
  if (!parser.ParseFromString(text, &request)) return absl::OkStatus();
  const absl::Status status = Check(request);
  return status.ok() ? handle(std::move(request)) : status;
}

// A method of the coordinator.
template <typename Request, typename Response, typename Method>
Call Mutation(Method method) {
  return [method](Peer& peer, const std::string& text) {
    return CheckAndCall<Request>(text, [&](const Request& request) {
      return peer.harness.Call<Response>(method, request).status();
    });
  };
}

// A method of Queries.
template <typename Request, typename Response>
Call Query(void (Queries::*method)(Request, Done<Response>)) {
  return [method](Peer& peer, const std::string& text) {
    return CheckAndCall<Request>(text, [&](Request request) {
      std::promise<absl::Status> answer;
      (peer.queries.*method)(std::move(request),
                             [&answer](const absl::StatusOr<Response>& result) {
                               answer.set_value(result.status());
                             });
      return answer.get_future().get();
    });
  };
}

absl::Status Lease(Peer& peer, const std::string& text) {
  return CheckAndCall<v1::LeaseTrialsRequest>(
      text, [&](v1::LeaseTrialsRequest request) {
        // The harness's time stands still: a wait would not end.
        request.clear_wait();
        return peer.harness
            .Call<v1::LeaseTrialsResponse>(&Coordinator::LeaseTrials, request)
            .status();
      });
}

// Of the verdicts the worst counts.
absl::Status Complete(Peer& peer, const std::string& text) {
  return CheckAndCall<v1::CompleteTrialsRequest>(
      text, [&](const v1::CompleteTrialsRequest& request) {
        const absl::StatusOr<v1::CompleteTrialsResponse> response =
            peer.harness.Call<v1::CompleteTrialsResponse>(
                &Coordinator::CompleteTrials, request);
        if (!response.ok()) return response.status();
        for (const v1::Verdict& verdict : response->verdicts()) {
          const absl::Status status = ToStatus(verdict);
          if (absl::IsInternal(status) || absl::IsDataLoss(status)) {
            return status;
          }
        }
        return absl::OkStatus();
      });
}

// Time passes, in seconds, so that leases run out.
absl::Status Elapse(Peer& peer, const std::string& text) {
  peer.harness.Elapse(absl::Seconds(text.size() % 64));
  return absl::OkStatus();
}

const std::map<std::string, Call>& Calls() {
  static const auto* const kCalls = new std::map<std::string, Call>{
      {"CreateSearch", Mutation<v1::CreateSearchRequest, v1::Search>(
                           &Coordinator::CreateSearch)},
      {"PauseSearch",
       Mutation<v1::PauseSearchRequest, v1::Search>(&Coordinator::PauseSearch)},
      {"ResumeSearch", Mutation<v1::ResumeSearchRequest, v1::Search>(
                           &Coordinator::ResumeSearch)},
      {"CancelSearch", Mutation<v1::CancelSearchRequest, v1::Search>(
                           &Coordinator::CancelSearch)},
      {"DeleteSearch",
       Mutation<v1::DeleteSearchRequest, v1::DeleteSearchResponse>(
           &Coordinator::DeleteSearch)},
      {"RegisterWorker",
       Mutation<v1::RegisterWorkerRequest, v1::RegisterWorkerResponse>(
           &Coordinator::RegisterWorker)},
      {"UnregisterWorker",
       Mutation<v1::UnregisterWorkerRequest, v1::UnregisterWorkerResponse>(
           &Coordinator::UnregisterWorker)},
      {"LeaseTrials", Lease},
      {"Heartbeat", Mutation<v1::HeartbeatRequest, v1::HeartbeatResponse>(
                        &Coordinator::Heartbeat)},
      {"StoreModel", Mutation<v1::StoreModelRequest, v1::StoreModelResponse>(
                         &Coordinator::StoreModel)},
      {"StoreCheckpoint",
       Mutation<v1::StoreCheckpointRequest, v1::StoreCheckpointResponse>(
           &Coordinator::StoreCheckpoint)},
      {"ReadCheckpoint",
       Mutation<v1::ReadCheckpointRequest, v1::ReadCheckpointResponse>(
           &Coordinator::ReadCheckpoint)},
      {"CompleteTrials", Complete},
      {"ReturnTrials",
       Mutation<v1::ReturnTrialsRequest, v1::ReturnTrialsResponse>(
           &Coordinator::ReturnTrials)},
      {"GetSearch", Query(&Queries::GetSearch)},
      {"ListSearches", Query(&Queries::ListSearches)},
      {"ListTrials", Query(&Queries::ListTrials)},
      {"GetTrial", Query(&Queries::GetTrial)},
      {"ReadModel", Query(&Queries::ReadModel)},
      {"PlanSearch", Query(&Queries::PlanSearch)},
      {"RankConfigurations", Query(&Queries::RankConfigurations)},
      {"ListWorkers", Query(&Queries::ListWorkers)},
      {"Elapse", Elapse},
  };
  return *kCalls;
}

}  // namespace
}  // namespace etalon::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  etalon::testing::Peer peer;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::pair<std::string, std::string> call =
        absl::StrSplit(line, absl::MaxSplits(": ", 1));
    const auto found = etalon::testing::Calls().find(call.first);
    if (found == etalon::testing::Calls().end()) continue;
    const absl::Status status = found->second(peer, call.second);
    if (absl::IsInternal(status) || absl::IsDataLoss(status)) {
      fprintf(stderr, "%s\n", status.ToString().c_str());
      __builtin_trap();
    }
  }
  return 0;
}
