#include "benchmarks/coordinator/create_searches.h"

#include <grpcpp/client_context.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"
#include "common/status_macros.h"
#include "etalon/v1/search_service.grpc.pb.h"

namespace etalon::benchmark {
namespace {

constexpr int kTrialsPerSearch = 100'000;

v1::CreateSearchRequest MakeRequest(const std::string& name, int trials) {
  v1::CreateSearchRequest request;
  request.set_request_id(name);
  v1::SearchSpec& spec = *request.mutable_spec();
  spec.set_name(name);
  spec.mutable_training()->mutable_dataset()->set_name("synthetic");
  spec.mutable_training()->mutable_schedule()->mutable_constant();
  spec.mutable_training()->set_epochs(1);
  for (const char* parameter_name : {"lambda", "eta"}) {
    v1::Parameter& parameter = *spec.add_parameters();
    parameter.set_name(parameter_name);
    parameter.mutable_double_range()->set_minimum(1e-5);
    parameter.mutable_double_range()->set_maximum(1);
    parameter.mutable_double_range()->set_scale(v1::Parameter::LOG);
  }
  v1::StageSpec& stage = *spec.add_stages();
  stage.set_name("only");
  stage.mutable_sample()->mutable_random()->set_count(trials);
  return request;
}

}  // namespace

absl::Status CreateSearches(
    const std::string& server,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    const std::string& prefix, int trials) {
  const auto stub = v1::SearchService::NewStub(NewChannel(server, credentials));
  for (int number = 1; trials > 0; ++number) {
    const int count = std::min(trials, kTrialsPerSearch);
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    v1::Search search;
    ETALON_RETURN_IF_ERROR(FromGrpcStatus(stub->CreateSearch(
        &context, MakeRequest(absl::StrCat(prefix, "-", number), count),
        &search)));
    trials -= count;
  }
  return absl::OkStatus();
}

}  // namespace etalon::benchmark
