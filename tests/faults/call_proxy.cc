#include "tests/faults/call_proxy.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/rpc/channel.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/worker_service.pb.h"

namespace etalon::testing {
namespace {

// How long a copy that comes late may wait to be answered: nobody listens.
constexpr absl::Duration kCopyDeadline = absl::Milliseconds(500);

std::string TokensOf(
    const google::protobuf::RepeatedPtrField<v1::LeasedTrial>& trials) {
  std::string tokens;
  for (const v1::LeasedTrial& trial : trials) {
    absl::StrAppend(&tokens, trial.token().trial(), " attempt ",
                    trial.token().attempt(), "; ");
  }
  return tokens;
}

// What of a reply must not differ when the call is repeated.
struct Essence {
  std::string lasting;
  std::string leases;  // must not as long as they live

  bool empty() const { return lasting.empty() && leases.empty(); }
  std::string ToString() const { return absl::StrCat(lasting, leases); }
};

Essence EssenceOf(const std::string& method, grpc::ByteBuffer message) {
  Essence essence;
  if (absl::EndsWith(method, "/LeaseTrials")) {
    v1::LeaseTrialsResponse response;
    grpc::SerializationTraits<v1::LeaseTrialsResponse>::Deserialize(&message,
                                                                    &response);
    essence.leases = TokensOf(response.trials());
  } else if (absl::EndsWith(method, "/RegisterWorker")) {
    v1::RegisterWorkerResponse response;
    grpc::SerializationTraits<v1::RegisterWorkerResponse>::Deserialize(
        &message, &response);
    essence.lasting = response.name();
  } else if (absl::EndsWith(method, "/CreateSearch")) {
    v1::Search search;
    grpc::SerializationTraits<v1::Search>::Deserialize(&message, &search);
    essence.lasting = search.name();
  } else if (absl::EndsWith(method, "/CompleteTrials")) {
    v1::CompleteTrialsResponse response;
    grpc::SerializationTraits<v1::CompleteTrialsResponse>::Deserialize(
        &message, &response);
    for (const v1::Verdict& verdict : response.verdicts()) {
      absl::StrAppend(&essence.lasting, "verdict ", verdict.code(), "; ");
    }
    essence.leases = TokensOf(response.trials());
  }
  return essence;
}

// The call may or may not have happened, and its caller tries again.
bool IsUnknown(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNKNOWN:
      return true;
    default:
      return false;
  }
}

}  // namespace

// One call of a client. Deletes itself when gRPC is done with it.
class CallProxy::Call : public grpc::ServerGenericBidiReactor {
 public:
  Call(CallProxy& proxy, grpc::GenericCallbackServerContext* context)
      : proxy_(proxy), context_(context) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status(grpc::StatusCode::CANCELLED, "no request"));
      return;
    }
    proxy_.Spawn([this] {
      Reply reply = proxy_.Handle(context_->method(), request_, [this] {
        return grpc::ClientContext::FromCallbackServerContext(*context_);
      });
      reply_ = std::move(reply.message);
      if (reply.status.ok()) {
        StartWriteAndFinish(&reply_, grpc::WriteOptions(), reply.status);
      } else {
        Finish(reply.status);
      }
    });
  }
  void OnDone() override { delete this; }

 private:
  CallProxy& proxy_;
  grpc::GenericCallbackServerContext* const context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer reply_;
};

class CallProxy::Service : public grpc::CallbackGenericService {
 public:
  explicit Service(CallProxy& proxy) : proxy_(proxy) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Call(proxy_, context);
  }

 private:
  CallProxy& proxy_;
};

CallProxy::CallProxy(int server_port, const Options& options)
    : options_(options),
      stub_(NewChannel(absl::StrCat("127.0.0.1:", server_port))),
      service_(std::make_unique<Service>(*this)),
      random_(DeriveSeed(options.seed, "call proxy")) {
  grpc::ServerBuilder builder;
  ConfigureServer(builder);
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port_);
  builder.RegisterCallbackGenericService(service_.get());
  server_ = builder.BuildAndStart();
  GTEST_CHECK_(server_ != nullptr && port_ > 0);
}

CallProxy::~CallProxy() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
    changed_.NotifyAll();
  }
  // Cancels the calls that are under way, and with them ours to the server.
  server_->Shutdown(std::chrono::system_clock::now());
  {
    MutexLock lock(mutex_);
    while (under_way_ > 0) changed_.Wait(mutex_);
  }
  server_ = nullptr;
}

std::string CallProxy::address() const {
  return absl::StrCat("127.0.0.1:", port_);
}

CallProxy::Counts CallProxy::counts() const {
  MutexLock lock(mutex_);
  return counts_;
}

std::vector<std::string> CallProxy::differences() const {
  MutexLock lock(mutex_);
  return differences_;
}

CallProxy::Fate CallProxy::Draw() {
  MutexLock lock(mutex_);
  const auto happens = [this](double share) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    return random_.NextUniform() < share;
  };
  Fate fate;
  fate.lose_request = happens(options_.lose_request);
  fate.lose_reply = happens(options_.lose_reply);
  fate.twice = happens(options_.twice);
  fate.again = happens(options_.again);
  if (happens(options_.late)) {
    fate.delay = options_.lateness * random_.NextUniform();
  }
  fate.again_after = options_.lateness * random_.NextUniform();
  ++counts_.calls;
  counts_.lost_requests += fate.lose_request ? 1 : 0;
  counts_.lost_replies += fate.lose_reply ? 1 : 0;
  counts_.twice += fate.twice ? 1 : 0;
  counts_.again += fate.again ? 1 : 0;
  counts_.late += fate.delay > absl::ZeroDuration() ? 1 : 0;
  return fate;
}

CallProxy::Reply CallProxy::Handle(
    const std::string& method, const grpc::ByteBuffer& request,
    const std::function<std::unique_ptr<grpc::ClientContext>()>& new_context) {
  const grpc::Status lost(grpc::StatusCode::UNAVAILABLE, "lost on the way");
  const Fate fate = Draw();
  if (!Sleep(fate.delay) || fate.lose_request) return {lost, {}};
  const auto start = std::chrono::steady_clock::now();
  Reply reply = Forward(method, request, *new_context());
  if (fate.twice) {
    if (!Sleep(options_.apart)) return {lost, {}};
    Reply second = Forward(method, request, *new_context());
    Compare(method, reply, second,
            absl::FromChrono(std::chrono::steady_clock::now() - start));
    reply = std::move(second);
  }
  if (fate.again) {
    Spawn([this, method, request, after = fate.again_after] {
      if (!Sleep(after)) return;
      grpc::ClientContext context;
      context.set_deadline(absl::ToChronoTime(absl::Now() + kCopyDeadline));
      Forward(method, request, context);
    });
  }
  if (fate.lose_reply) return {lost, {}};
  return reply;
}

CallProxy::Reply CallProxy::Forward(const std::string& method,
                                    const grpc::ByteBuffer& request,
                                    grpc::ClientContext& context) {
  Reply reply;
  grpc::ByteBuffer copy = request;
  std::promise<grpc::Status> done;
  stub_.UnaryCall(&context, method, grpc::StubOptions(), &copy, &reply.message,
                  [&done](grpc::Status status) { done.set_value(status); });
  reply.status = done.get_future().get();
  return reply;
}

void CallProxy::Compare(const std::string& method, const Reply& first,
                        const Reply& second, absl::Duration passed) {
  if (!first.status.ok() || IsUnknown(second.status)) return;
  const Essence before = EssenceOf(method, first.message);
  if (before.empty()) return;
  std::string after;
  if (second.status.ok()) {
    const Essence again = EssenceOf(method, second.message);
    // Where there was no trial to have at first, there may be one by now.
    const bool leases_may_differ =
        before.leases.empty() || passed >= options_.lease;
    if (before.lasting == again.lasting &&
        (leases_may_differ || before.leases == again.leases)) {
      return;
    }
    after = again.ToString();
  } else {
    after = absl::StrCat("status ", second.status.error_code(), " (",
                         second.status.error_message(), ")");
  }
  MutexLock lock(mutex_);
  differences_.push_back(absl::StrCat(
      method, " was answered with '", before.ToString(), "' and, repeated ",
      absl::FormatDuration(passed), " later, with '", after, "'"));
}

void CallProxy::Spawn(std::function<void()> work) {
  {
    MutexLock lock(mutex_);
    ++under_way_;
  }
  std::thread([this, work = std::move(work)] {
    work();
    MutexLock lock(mutex_);
    --under_way_;
    changed_.NotifyAll();
  }).detach();
}

bool CallProxy::Sleep(absl::Duration duration) {
  const absl::Time deadline = absl::Now() + duration;
  MutexLock lock(mutex_);
  while (!ending_ && absl::Now() < deadline) {
    changed_.WaitFor(mutex_, deadline - absl::Now());
  }
  return !ending_;
}

}  // namespace etalon::testing
