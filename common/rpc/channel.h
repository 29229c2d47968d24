#ifndef ETALON_COMMON_RPC_CHANNEL_H_
#define ETALON_COMMON_RPC_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/server_builder.h>

#include <memory>
#include <string>

namespace etalon {

// A channel to the coordinator at `address` ("host:port"). It connects lazily
// and reconnects by itself within a few seconds of the coordinator's return;
// shared because gRPC's stubs share it.
std::shared_ptr<grpc::Channel> NewChannel(const std::string& address);

// The server's half of what both ends must agree on (message size, keepalive),
// and one listener per port: gRPC would otherwise let two servers share it.
void ConfigureServer(grpc::ServerBuilder& builder);

}  // namespace etalon

#endif  // ETALON_COMMON_RPC_CHANNEL_H_
