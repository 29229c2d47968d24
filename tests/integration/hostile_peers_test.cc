// Peers that mean harm, against a real coordinator in a process of its own: it
// refuses them in words, stays small, and serves everybody else as before.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <future>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/limits.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"
#include "etalon/v1/search_service.grpc.pb.h"
#include "etalon/v1/worker_service.grpc.pb.h"
#include "server/listen_address.h"
#include "tests/integration/cluster.h"
#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon::testing {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr size_t kMebibyte = 1024 * 1024;

class HostilePeersTest : public ::testing::Test {
 protected:
  HostilePeersTest() { cluster_.StartServer(); }

  std::unique_ptr<v1::SearchService::Stub> Searches() {
    return v1::SearchService::NewStub(NewChannel(cluster_.address()));
  }

  // Whether somebody else is served.
  void ExpectService() {
    const auto stub = Searches();
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(30));
    v1::ListSearchesResponse response;
    ETALON_EXPECT_OK(
        FromGrpcStatus(stub->ListSearches(&context, {}, &response)));
  }

  // What the process had of memory at most, in MiB.
  double PeakMemory() {
    std::istringstream status(
        ReadFile(absl::StrCat("/proc/", cluster_.server().pid(), "/status")));
    for (std::string line; std::getline(status, line);) {
      if (absl::StartsWith(line, "VmHWM:")) {
        const std::vector<std::string> words =
            absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
        double kibibytes = 0;
        EXPECT_TRUE(absl::SimpleAtod(words.at(1), &kibibytes));
        return kibibytes / 1024;
      }
    }
    ADD_FAILURE() << "no VmHWM";
    return 0;
  }

  absl::Status Create(
      const std::function<void(v1::SearchSpec&)>& spoil,
      const std::function<void(grpc::ClientContext&)>& prepare = nullptr) {
    v1::CreateSearchRequest request;
    v1::SearchSpec& spec = *request.mutable_spec();
    spec.set_name("search");
    spoil(spec);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(60));
    if (prepare) prepare(context);
    v1::Search response;
    return FromGrpcStatus(
        Searches()->CreateSearch(&context, request, &response));
  }

  std::vector<int> ConnectIdly(int count) {
    const auto address = ParseListenAddress(cluster_.address());
    const SocketAddress raw = ToSocketAddress(*address);
    std::vector<int> sockets;
    for (int i = 0; i < count; ++i) {
      sockets.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      EXPECT_EQ(
          connect(sockets.back(),
                  reinterpret_cast<const sockaddr*>(&raw.storage), raw.size),
          0);
    }
    return sockets;
  }

  Cluster cluster_;
};

TEST_F(HostilePeersTest, MessageOfAHundredMebibytesIsRefused) {
  EXPECT_THAT(Create([](v1::SearchSpec& spec) {
                spec.set_name(std::string(100 * kMebibyte, 'x'));
              }),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("larger than max")));
  ExpectService();
}

// gRPC reads what is announced to its end before it compares it with the limit.
TEST_F(HostilePeersTest, MessageOfAGibibyteDoesNotFillTheMemory) {
  grpc::GenericStub stub(NewChannel(cluster_.address()));
  const grpc::Slice piece(std::string(kMebibyte, 'x'));
  const std::vector<grpc::Slice> pieces(1024, piece);
  const grpc::ByteBuffer request(pieces.data(), pieces.size());
  grpc::ByteBuffer response;
  grpc::ClientContext context;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/etalon.v1.SearchService/CreateSearch",
                 grpc::StubOptions(), &request, &response,
                 [&](grpc::Status status) { done.set_value(status); });
  EXPECT_THAT(FromGrpcStatus(done.get_future().get()),
              StatusIs(absl::StatusCode::kResourceExhausted, _));
  EXPECT_LT(PeakMemory(), 1.25 * kMaxNetworkBytes / kMebibyte);
  ExpectService();
}

// Zeros take a thousandth of their size when they are compressed.
TEST_F(HostilePeersTest, CompressedBombIsRefusedUnopened) {
  ExpectService();
  const double before = PeakMemory();
  for (const grpc_compression_algorithm algorithm :
       {GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    EXPECT_THAT(Create(
                    [](v1::SearchSpec& spec) {
                      spec.set_name(std::string(40 * kMebibyte, '\0'));
                    },
                    [algorithm](grpc::ClientContext& context) {
                      context.set_compression_algorithm(algorithm);
                    }),
                StatusIs(absl::StatusCode::kUnimplemented, _));
  }
  EXPECT_LT(PeakMemory() - before, 20);
  ExpectService();
}

TEST_F(HostilePeersTest, SearchOfABillionTrialsIsRefusedWithTheFigure) {
  const double before = PeakMemory();
  EXPECT_THAT(
      Create([](v1::SearchSpec& spec) {
        spec = RandomSpec("search", 1'000'000'000);
      }),
      StatusIs(absl::StatusCode::kResourceExhausted,
               AllOf(HasSubstr("1000000000"), HasSubstr("limit of 100000"))));
  EXPECT_LT(PeakMemory() - before, 32);
  ExpectService();
}

TEST_F(HostilePeersTest, NamesThatSteerATerminalAreRefusedAndEscaped) {
  for (const std::string& name :
       {std::string("a\x1b[2Jb"), std::string("a\nb"), std::string("../a"),
        std::string("a\0b", 3), std::string("'; DROP TABLE searches; --")}) {
    const absl::Status status =
        Create([&](v1::SearchSpec& spec) { spec.set_name(name); });
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                                 HasSubstr("name")));
    for (const char c : status.message()) EXPECT_GE(c, ' ') << status;
  }
  const auto workers =
      v1::WorkerService::NewStub(NewChannel(cluster_.address()));
  v1::RegisterWorkerRequest request;
  request.set_display_name("worker\x1b]0;owned\x07\n");
  grpc::ClientContext context;
  v1::RegisterWorkerResponse response;
  EXPECT_THAT(
      FromGrpcStatus(workers->RegisterWorker(&context, request, &response)),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("worker\\x1b]0;owned\\x07\\n")));
  for (const char c : cluster_.Logs()) EXPECT_TRUE(c >= ' ' || c == '\n');
}

TEST_F(HostilePeersTest, HeadersWithoutEndAreRefused) {
  EXPECT_FALSE(Create([](v1::SearchSpec&) {},
                      [](grpc::ClientContext& context) {
                        for (int i = 0; i < 100; ++i) {
                          context.AddMetadata(absl::StrCat("x-", i),
                                              std::string(1000, 'x'));
                        }
                      })
                   .ok());
  ExpectService();
}

TEST_F(HostilePeersTest, ThousandIdleConnectionsChangeNothing) {
  ExpectService();
  const std::vector<int> idle = ConnectIdly(1000);
  ExpectService();
  for (const int fd : idle) close(fd);
  ExpectService();
  EXPECT_LT(PeakMemory(), 200);
}

// CVE-2023-4785: 150 connections to a process that may have 64 descriptors.
// gRPC's own listener never serves again.
TEST_F(HostilePeersTest, ListenerOutlivesTheEndOfDescriptors) {
  cluster_.server().Signal(SIGTERM);
  ASSERT_EQ(cluster_.server().Wait(absl::Minutes(1)), 0);
  cluster_.StartServer({}, /*descriptors=*/64);
  ExpectService();
  const std::vector<int> idle = ConnectIdly(150);
  for (const int fd : idle) close(fd);
  ExpectService();
  EXPECT_THAT(cluster_.Logs(), HasSubstr("refused a connection"));
}

TEST_F(HostilePeersTest, CallsBeyondTheRateAreRefusedWithTheFigure) {
  cluster_.server().Signal(SIGTERM);
  ASSERT_EQ(cluster_.server().Wait(absl::Minutes(1)), 0);
  cluster_.StartServer({"--max-call-rate", "1"});
  const auto stub = Searches();
  absl::Status status;
  for (int i = 0; i < 10 && !absl::IsResourceExhausted(status); ++i) {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    v1::ListSearchesResponse response;
    status = FromGrpcStatus(stub->ListSearches(&context, {}, &response));
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted,
                               AllOf(HasSubstr("127.0.0.1 makes too many"),
                                     HasSubstr("1 a second"))));
}

}  // namespace
}  // namespace etalon::testing
