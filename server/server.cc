#include "server/server.h"

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/rpc/channel.h"
#include "common/status_macros.h"
#include "server/reflection.h"
#include "storage/sqlite/sqlite_store.h"

namespace etalon {
namespace {

void SetServing(grpc::Server& server, bool serving) {
  grpc::HealthCheckServiceInterface* health = server.GetHealthCheckService();
  if (health == nullptr) return;  // main has not enabled it
  health->SetServingStatus(serving);
  for (const char* service : {v1::SearchService::service_full_name(),
                              v1::WorkerService::service_full_name()}) {
    health->SetServingStatus(service, serving);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Create(const Options& options,
                                                       Clock& clock) {
  ETALON_RETURN_IF_ERROR(ProbeListenAddress(options.listen));
  ETALON_ASSIGN_OR_RETURN(
      std::unique_ptr<Store> store,
      SqliteStore::Open({.path = options.database,
                         .new_generation = options.new_generation,
                         .on_lost_commit = options.on_lost_commit}));
  ETALON_ASSIGN_OR_RETURN(std::unique_ptr<ReadPool> read_pool,
                          ReadPool::Create(*store, options.reader_threads));
  std::unique_ptr<Server> server(
      new Server(options, std::move(store), std::move(read_pool), clock));
  std::promise<absl::Status> started;
  server->coordinator_.Start(
      [&started](const absl::Status& status) { started.set_value(status); });
  ETALON_RETURN_IF_ERROR(started.get_future().get());
  ETALON_RETURN_IF_ERROR(server->Listen());
  return server;
}

Server::Server(const Options& options, std::unique_ptr<Store> store,
               std::unique_ptr<ReadPool> read_pool, Clock& clock)
    : options_(options),
      address_(options.listen),
      store_(std::move(store)),
      read_pool_(std::move(read_pool)),
      writer_(*store_),
      coordinator_(options.coordinator, store_->database_generation(), writer_,
                   clock),
      queries_(*read_pool_, coordinator_.workers()),
      search_service_(coordinator_, queries_),
      worker_service_(coordinator_) {}

Server::~Server() { Shutdown(); }

absl::Status Server::Listen() {
  grpc::ServerBuilder builder;
  ConfigureServer(builder);
  if (!options_.reflection) LeaveOutReflection(builder);
  int port = 0;
  builder.AddListeningPort(options_.listen.ToString(),
                           grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&search_service_);
  builder.RegisterService(&worker_service_);
  grpc_server_ = builder.BuildAndStart();
  if (grpc_server_ == nullptr || port <= 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot listen on ", options_.listen.ToString()));
  }
  address_.port = port;
  SetServing(*grpc_server_, true);
  ticker_ = std::make_unique<Ticker>(coordinator_.tick_interval(),
                                     [this] { coordinator_.Tick(); });
  return absl::OkStatus();
}

void Server::Shutdown() {
  if (grpc_server_ != nullptr) {
    SetServing(*grpc_server_, false);
    coordinator_.Drain();
    // Waits for calls under way; the writer and the readers still answer them.
    // The deadline is gRPC's, on the clock that it insists on.
    grpc_server_->Shutdown(absl::ToChronoTime(absl::Now() + options_.grace));
    grpc_server_ = nullptr;
  }
  if (ticker_ != nullptr) ticker_->Stop();
  writer_.Stop();
  read_pool_ = nullptr;
  store_ = nullptr;
}

}  // namespace etalon
