// Who may call what, asked of a real server over TLS: every method that there
// is, by its descriptor, with every kind of token.

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/health_check_service_interface.h>

#include <future>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpc/health/v1/health.pb.h"
#include "server/access_rules.h"
#include "tests/server/coordinator_harness.h"
#include "tests/server/secure_fixture.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::MakeCompletion;
using ::etalon::testing::MakeReport;
using ::etalon::testing::OnlyVerdict;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::SecureFixture;
using ::etalon::testing::StatusIs;
using ::testing::_;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// What the test itself believes of a method, by its service and its verb, so
// that a new method without a thought about its callers fails here.
std::set<Role> ExpectedRoles(const std::string& service,
                             const std::string& method) {
  if (service == "etalon.v1.WorkerService") {
    return {Role::kAdmin, Role::kWorker};
  }
  if (service == "grpc.health.v1.Health") {
    return {Role::kAdmin, Role::kClient, Role::kViewer, Role::kWorker};
  }
  if (service == "grpc.reflection.v1alpha.ServerReflection") {
    return {Role::kAdmin};
  }
  for (const char* verb : {"Get", "List", "Plan", "Read", "Rank"}) {
    if (absl::StartsWith(method, verb)) {
      return {Role::kAdmin, Role::kClient, Role::kViewer};
    }
  }
  for (const char* verb :
       {"Create", "Pause", "Resume", "Cancel", "Delete", "Run"}) {
    if (absl::StartsWith(method, verb)) return {Role::kAdmin, Role::kClient};
  }
  ADD_FAILURE() << service << "/" << method
                << ": say here and in server/access_rules.cc who may call it";
  return {};
}

struct Method {
  std::string service;
  std::string name;
  std::string path() const { return absl::StrCat("/", service, "/", name); }
};

std::vector<Method> AllMethods() {
  std::vector<Method> methods = {
      {"grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo"}};
  for (const google::protobuf::FileDescriptor* file :
       {v1::GetSearchRequest::descriptor()->file(),
        v1::HeartbeatRequest::descriptor()->file(),
        grpc::health::v1::HealthCheckRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        methods.push_back({file->service(s)->full_name(),
                           file->service(s)->method(m)->name()});
      }
    }
  }
  return methods;
}

class AccessTest : public SecureFixture {
 protected:
  AccessTest() {
    server_->Shutdown();
    Server::Options options = MakeSecureOptions();
    options.reflection = true;
    grpc::EnableDefaultHealthCheckService(true);
    Start(options);
    grpc::EnableDefaultHealthCheckService(false);
    // One connection for all: what one call may must not rub off on the next.
    channel_ = Connect(Files(""));
  }

  // An empty message to `path`, with what `authorization` says, if anything.
  absl::Status Ask(const std::string& path, const std::string& authorization) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(60));
    if (!authorization.empty()) {
      context.AddMetadata("authorization", authorization);
    }
    const grpc::Slice empty;
    const grpc::ByteBuffer request(&empty, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, path, grpc::StubOptions(), &request, &response,
                   [&](grpc::Status status) { done.set_value(status); });
    return FromGrpcStatus(done.get_future().get());
  }

  static bool LetIn(const absl::Status& status) {
    return !absl::IsUnauthenticated(status) &&
           !absl::IsPermissionDenied(status) && !absl::IsUnavailable(status) &&
           !absl::IsDeadlineExceeded(status);
  }

  // Until the server has read the file of tokens anew.
  void AwaitAnswer(const std::string& token, bool let_in) {
    for (int i = 0; i < 3000; ++i) {
      if (LetIn(Ask("/grpc.health.v1.Health/Check", "Bearer " + token)) ==
          let_in) {
        return;
      }
      absl::SleepFor(absl::Milliseconds(10));
    }
    FAIL() << "the tokens were not read anew";
  }
};

TEST_F(AccessTest, EveryMethodHasARule) {
  const std::vector<Method> methods = AllMethods();
  EXPECT_GE(methods.size(), 20u);
  for (const Method& method : methods) {
    EXPECT_TRUE(HasAccessRule(method.path()))
        << method.path() << ": say in server/access_rules.cc who may call it";
  }
}

TEST_F(AccessTest, EveryRoleIsLetIntoItsMethodsAndNoOthers) {
  struct Holder {
    Role role;
    Token live, revoked, expired;
  };
  std::vector<Holder> holders;
  for (const Role role : kRoles) {
    const std::string name(RoleName(role));
    Holder holder;
    holder.role = role;
    holder.live = AddToken("live-" + name, role);
    holder.revoked = AddToken("revoked-" + name, role);
    Revoke("revoked-" + name);
    holder.expired =
        AddToken("expired-" + name, role, absl::Now() - absl::Seconds(1));
    holders.push_back(holder);
  }
  AwaitAnswer(holders.back().live.ToString(), true);
  const auto refused = [](const char* why) {
    return StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr(why));
  };
  for (const Method& method : AllMethods()) {
    SCOPED_TRACE(method.path());
    EXPECT_THAT(Ask(method.path(), ""), refused("no token"));
    for (const Holder& holder : holders) {
      SCOPED_TRACE(RoleName(holder.role));
      const std::string live = holder.live.ToString();
      const absl::Status status = Ask(method.path(), "Bearer " + live);
      if (ExpectedRoles(method.service, method.name).contains(holder.role)) {
        EXPECT_TRUE(LetIn(status)) << status;
      } else {
        EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied, _));
      }
      std::string wrong = live;
      wrong.back() = wrong.back() == '0' ? '1' : '0';
      EXPECT_THAT(Ask(method.path(), "Bearer " + wrong), refused("not known"));
      EXPECT_THAT(Ask(method.path(), live), refused("Bearer"));
      EXPECT_THAT(Ask(method.path(), "Bearer " + holder.revoked.ToString()),
                  refused("was revoked"));
      EXPECT_THAT(Ask(method.path(), "Bearer " + holder.expired.ToString()),
                  refused("has expired"));
    }
  }
}

TEST_F(AccessTest, MethodThatIsNotThereIsForNobody) {
  const std::string token = AddToken("boss", Role::kAdmin).ToString();
  AwaitAnswer(token, true);
  EXPECT_THAT(Ask("/etalon.v1.SearchService/DropEverything", "Bearer " + token),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("nobody may call")));
}

TEST_F(AccessTest, RevocationIsInForceWithoutARestart) {
  const std::string token = AddToken("carol", Role::kViewer).ToString();
  AwaitAnswer(token, true);
  Revoke("carol");
  AwaitAnswer(token, false);
}

class WorkersAccessTest : public SecureFixture {
 protected:
  struct Machine {
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<v1::WorkerService::Stub> stub;
    std::string worker;
  };

  WorkersAccessTest() {
    server_->Shutdown();
    AddToken("gpu-1", Role::kWorker);
    AddToken("gpu-2", Role::kWorker);
    Start(MakeSecureOptions());
    searches_ = v1::SearchService::NewStub(Connect(Files("alice")));
  }

  using SecureFixture::Register;
  Machine Join(const std::string& token_of, const std::string& request_id = "",
               const std::string& name = "") {
    Machine machine;
    machine.channel = Connect(Files(token_of));
    machine.stub = v1::WorkerService::NewStub(machine.channel);
    const auto answer = Register(machine, request_id, name);
    GTEST_CHECK_(answer.ok()) << answer.status();
    machine.worker = answer->name();
    return machine;
  }

  absl::StatusOr<v1::RegisterWorkerResponse> Register(
      const Machine& machine, const std::string& request_id,
      const std::string& name) {
    v1::RegisterWorkerRequest request;
    request.set_name(name);
    request.set_display_name("worker");
    request.set_request_id(request_id);
    return Call(*machine.stub, &v1::WorkerService::Stub::RegisterWorker,
                request);
  }

  // What `machine` gets for speaking as `worker` about `token`, call by call.
  std::vector<absl::Status> SpeakAs(const Machine& machine,
                                    const std::string& worker,
                                    const v1::LeaseToken& token) {
    using Stub = v1::WorkerService::Stub;
    std::vector<absl::Status> answers;
    Stub& stub = *machine.stub;
    answers.push_back(Register(machine, "", worker).status());
    answers.push_back(
        Call(stub, &Stub::LeaseTrials, MakeLeaseRequest(worker)).status());
    v1::HeartbeatRequest heartbeat;
    heartbeat.set_worker(worker);
    *heartbeat.add_reports()->mutable_token() = token;
    answers.push_back(Call(stub, &Stub::Heartbeat, heartbeat).status());
    v1::StoreModelRequest model;
    model.set_worker(worker);
    *model.mutable_token() = token;
    model.set_size_bytes(1);
    model.set_data("x");
    answers.push_back(Call(stub, &Stub::StoreModel, model).status());
    v1::StoreCheckpointRequest store;
    store.set_worker(worker);
    *store.mutable_token() = token;
    store.set_size_bytes(1);
    store.set_data("x");
    answers.push_back(Call(stub, &Stub::StoreCheckpoint, store).status());
    v1::ReadCheckpointRequest read;
    read.set_worker(worker);
    *read.mutable_token() = token;
    answers.push_back(Call(stub, &Stub::ReadCheckpoint, read).status());
    answers.push_back(Call(stub, &Stub::CompleteTrials,
                           MakeReport(worker, MakeCompletion(token, 0.5)))
                          .status());
    v1::ReturnTrialsRequest give_back;
    give_back.set_worker(worker);
    *give_back.add_tokens() = token;
    answers.push_back(Call(stub, &Stub::ReturnTrials, give_back).status());
    v1::UnregisterWorkerRequest goodbye;
    goodbye.set_worker(worker);
    answers.push_back(Call(stub, &Stub::UnregisterWorker, goodbye).status());
    return answers;
  }

  // The one trial that the machine gets.
  v1::LeaseToken LeaseOne(const Machine& machine) {
    auto request = MakeLeaseRequest(machine.worker);
    request.set_max_trials(1);
    const auto answer =
        Call(*machine.stub, &v1::WorkerService::Stub::LeaseTrials, request);
    GTEST_CHECK_(answer.ok()) << answer.status();
    GTEST_CHECK_(answer->trials_size() == 1);
    return answer->trials(0).token();
  }
};

TEST_F(WorkersAccessTest, WorkerSpeaksForItselfAlone) {
  const Machine one = Join("gpu-1");
  const Machine two = Join("gpu-2");
  ETALON_ASSERT_OK(Create(RandomSpec("s", 1)));
  const v1::LeaseToken token = LeaseOne(one);
  for (const absl::Status& answer : SpeakAs(two, one.worker, token)) {
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kPermissionDenied,
                                 HasSubstr("another token")));
  }
  // Under its own name the lease of another is no lease.
  EXPECT_THAT(
      OnlyVerdict(Call(*two.stub, &v1::WorkerService::Stub::CompleteTrials,
                       MakeReport(two.worker, MakeCompletion(token, 0.5)))),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("is stale")));
  ETALON_EXPECT_OK(
      OnlyVerdict(Call(*one.stub, &v1::WorkerService::Stub::CompleteTrials,
                       MakeReport(one.worker, MakeCompletion(token, 0.5)))));
}

TEST_F(WorkersAccessTest, OwnersOutliveARestart) {
  Machine one = Join("gpu-1");
  ETALON_ASSERT_OK(Create(RandomSpec("s", 1)));
  const v1::LeaseToken token = LeaseOne(one);
  Server::Options options = MakeSecureOptions();
  options.listen.port = server_->port();
  server_->Shutdown();
  Start(options);
  const Machine two = Join("gpu-2");
  for (const absl::Status& answer : SpeakAs(two, one.worker, token)) {
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kPermissionDenied, _));
  }
  one = Join("gpu-1", "", one.worker);
  ETALON_EXPECT_OK(
      OnlyVerdict(Call(*one.stub, &v1::WorkerService::Stub::CompleteTrials,
                       MakeReport(one.worker, MakeCompletion(token, 0.5)))));
}

TEST_F(WorkersAccessTest, RequestIdOfAnotherGivesNoWorker) {
  const Machine one = Join("gpu-1", "the-same");
  Machine two = Join("gpu-2");
  EXPECT_THAT(
      Register(two, "the-same", ""),
      StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr(one.worker)));
}

TEST_F(WorkersAccessTest, OneThatSaidGoodbyeComesBackToItsOwnerOnly) {
  const Machine one = Join("gpu-1");
  Machine two = Join("gpu-2");
  v1::UnregisterWorkerRequest goodbye;
  goodbye.set_worker(one.worker);
  ETALON_ASSERT_OK(
      Call(*one.stub, &v1::WorkerService::Stub::UnregisterWorker, goodbye));
  EXPECT_THAT(Register(two, "", one.worker),
              StatusIs(absl::StatusCode::kPermissionDenied, _));
  ETALON_EXPECT_OK(Register(one, "", one.worker));
}

TEST_F(WorkersAccessTest, OneOfBeforeTheTokensIsNobodys) {
  server_->Shutdown();
  Start(MakeOptions());
  const std::string worker = Register();
  server_->Shutdown();
  Start(MakeSecureOptions());
  const Machine one = Join("gpu-1");
  EXPECT_THAT(Register(one, "", worker),
              StatusIs(absl::StatusCode::kPermissionDenied, _));
}

TEST_F(WorkersAccessTest, ListShowsTheOwner) {
  Join("gpu-1");
  const auto workers = Call(*searches_, &v1::SearchService::Stub::ListWorkers,
                            v1::ListWorkersRequest());
  ETALON_ASSERT_OK(workers);
  ASSERT_THAT(workers->workers(), SizeIs(1));
  EXPECT_EQ(workers->workers(0).owner(), "gpu-1");
}

}  // namespace
}  // namespace etalon
