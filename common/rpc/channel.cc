#include "common/rpc/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/support/channel_arguments.h>

#include "common/limits.h"

namespace etalon {
namespace {

// The server must allow pings more often than the client sends them, or it
// answers with GOAWAY (grpc: doc/keepalive.md).
constexpr int kClientKeepaliveMs = 60'000;
constexpr int kServerMinPingIntervalMs = 30'000;
// The server asks too, so that callers whose machine is gone do not take up
// places for ever.
constexpr int kServerKeepaliveMs = 120'000;
constexpr int kReconnectMinMs = 100;
constexpr int kReconnectMaxMs = 2'000;
// What a connection may take to be made. gRPC's name for it speaks of backoff;
// short values cut off handshakes on machines that are busy training.
constexpr int kConnectTimeoutMs = 5'000;
// What a caller may take from connecting to its first HTTP/2 frame, TLS
// included: longer than callers of ours wait. gRPC's default is two minutes.
constexpr int kHandshakeTimeoutMs = 10'000;
// Calls under way on one connection: a worker of 1,024 threads waits with each,
// and sends heartbeats and results besides.
constexpr int kMaxStreams = 4096;
// Headers of a call, in bytes: a token has about a hundred.
constexpr int kMaxMetadataBytes = 8 * 1024;
// A connection without calls is not needed; the next call makes another.
constexpr int kMaxIdleMs = 30 * 60'000;
// Callers connect anew once a day, and so show a certificate that is still
// good. What waits for trials then (a minute at most) may end.
constexpr int kMaxAgeMs = 24 * 60 * 60'000;
constexpr int kAgeGraceMs = 2 * 60'000;

}  // namespace

std::shared_ptr<grpc::Channel> NewChannel(
    const std::string& address,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kClientKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMinMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectTimeoutMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMaxMs);
  // Channels of one process to one address would otherwise share a connection
  // and its backoff.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // An HTTP proxy from the environment must not see traffic to the coordinator.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, credentials, arguments);
}

void ConfigureServer(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
      kServerMinPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kServerKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             kHandshakeTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreams);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kMaxIdleMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kMaxAgeMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kAgeGraceMs);
  grpc::ResourceQuota quota("etalon");
  quota.Resize(kMaxNetworkBytes);
  builder.SetResourceQuota(quota);
  // A compressed message can unfold to hundreds of times its size before the
  // limit above sees it.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
}

}  // namespace etalon
