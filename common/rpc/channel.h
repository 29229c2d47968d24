#ifndef ETALON_COMMON_RPC_CHANNEL_H_
#define ETALON_COMMON_RPC_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/server_builder.h>

#include <memory>
#include <string>

namespace etalon {

// A channel to the coordinator at `address` ("host:port"). It connects lazily
// and reconnects by itself within a few seconds of the coordinator's return;
// shared because gRPC's stubs share it. What to show and believe comes from
// common/rpc/credentials.h.
std::shared_ptr<grpc::Channel> NewChannel(
    const std::string& address,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials =
        grpc::InsecureChannelCredentials());

// The server's half of what both ends must agree on (message size, keepalive),
// how much one connection may take up, and one listener per port: gRPC would
// otherwise let two servers share it.
void ConfigureServer(grpc::ServerBuilder& builder);

}  // namespace etalon

#endif  // ETALON_COMMON_RPC_CHANNEL_H_
