#include "server/server.h"

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>

#include <future>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/rpc/channel.h"
#include "common/status_macros.h"
#include "server/call_metrics.h"
#include "server/observed_store.h"
#include "server/reflection.h"
#include "server/token_processor.h"
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

// Null where no tokens are asked for.
absl::StatusOr<std::unique_ptr<TokenRegistry>> OpenTokens(
    const Server::Options& options, const Clock& clock) {
  if (options.tokens.empty()) return nullptr;
  if (!options.credentials.tls()) {
    return absl::InvalidArgumentError(
        "--tokens needs --tls-certificate as well: tokens travel encrypted "
        "only");
  }
  return TokenRegistry::Open(options.tokens, clock);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Create(const Options& options,
                                                       Clock& clock) {
  // What is quickly told comes before the store is opened.
  ETALON_ASSIGN_OR_RETURN(
      const std::shared_ptr<grpc::ServerCredentials> credentials,
      ReadCredentials(options.credentials, clock));
  ETALON_ASSIGN_OR_RETURN(std::unique_ptr<TokenRegistry> tokens,
                          OpenTokens(options, clock));
  if (tokens != nullptr) {
    credentials->SetAuthMetadataProcessor(
        std::make_shared<TokenProcessor>(*tokens, clock));
  }
  ETALON_ASSIGN_OR_RETURN(
      std::unique_ptr<Acceptor> acceptor,
      Acceptor::Open(options.listen, options.connections, clock));
  ETALON_ASSIGN_OR_RETURN(
      std::unique_ptr<Store> store,
      SqliteStore::Open({.path = options.database,
                         .new_generation = options.new_generation,
                         .on_lost_commit = options.on_lost_commit}));
  std::unique_ptr<Metrics> metrics;
  if (options.metrics.has_value()) {
    ETALON_ASSIGN_OR_RETURN(metrics, Metrics::Listen(*options.metrics));
    store = std::make_unique<ObservedStore>(
        std::move(store), clock,
        [to = metrics.get()](size_t operations, size_t failed,
                             absl::Duration time) {
          to->OnCommit(operations, failed, time);
        },
        [to = metrics.get()](absl::Duration time) { to->OnSync(time); });
  }
  ETALON_ASSIGN_OR_RETURN(std::unique_ptr<ReadPool> read_pool,
                          ReadPool::Create(*store, options.reader_threads));
  ETALON_ASSIGN_OR_RETURN(std::unique_ptr<SqlPool> sql_pool,
                          SqlPool::Create(*store));
  std::unique_ptr<Server> server(new Server(
      options, std::move(acceptor), std::move(tokens), std::move(metrics),
      std::move(store), std::move(read_pool), std::move(sql_pool), clock));
  ETALON_ASSIGN_OR_RETURN(
      server->proposer_,
      Proposer::Create(*server->store_,
                       [to = &server->coordinator_](
                           const StageKey& stage,
                           absl::StatusOr<std::vector<Configuration>> found) {
                         to->Adopt(stage, std::move(found));
                       }));
  std::promise<absl::Status> started;
  server->coordinator_.Start(
      [&started](const absl::Status& status) { started.set_value(status); });
  ETALON_RETURN_IF_ERROR(started.get_future().get());
  ETALON_RETURN_IF_ERROR(server->Serve(credentials));
  if (options.watchdog.report) {
    server->watchdog_ =
        std::make_unique<Watchdog>(options.watchdog, server->Parts(), clock);
  }
  return server;
}

std::vector<Watchdog::Part> Server::Parts() {
  const ListenAddress dial = ReachableFromHere(address_);
  return {{"listener",
           [dial, timeout = options_.watchdog.interval](auto answer) {
             if (ListenerHangsUp(dial, timeout)) answer();
           }},
          {"writer", [this](auto answer) {
             writer_.Post([this, answer = std::move(answer)] {
               writer_.WhenDurable([answer](const absl::Status&) { answer(); });
             });
           }}};
}

Server::Server(const Options& options, std::unique_ptr<Acceptor> acceptor,
               std::unique_ptr<TokenRegistry> tokens,
               std::unique_ptr<Metrics> metrics, std::unique_ptr<Store> store,
               std::unique_ptr<ReadPool> read_pool,
               std::unique_ptr<SqlPool> sql_pool, Clock& clock)
    : options_(options),
      clock_(clock),
      address_({options.listen.host, acceptor->port()}),
      acceptor_(std::move(acceptor)),
      tokens_(std::move(tokens)),
      metrics_(std::move(metrics)),
      store_(std::move(store)),
      read_pool_(std::move(read_pool)),
      sql_pool_(std::move(sql_pool)),
      writer_(*store_),
      coordinator_(options.coordinator, store_->database_generation(), writer_,
                   clock,
                   [this](const StageKey& stage) { proposer_->Look(stage); }),
      queries_(*read_pool_, coordinator_.workers()),
      sql_queries_(*sql_pool_),
      gate_(options.calls, tokens_.get(), coordinator_.owners(), clock),
      search_service_(gate_, coordinator_, queries_, sql_queries_),
      worker_service_(gate_, coordinator_) {}

Server::~Server() { Shutdown(); }

absl::Status Server::Serve(
    const std::shared_ptr<grpc::ServerCredentials>& credentials) {
  grpc::ServerBuilder builder;
  ConfigureServer(builder);
  if (!options_.reflection) LeaveOutReflection(builder);
  // Shared with what the acceptor runs.
  const std::shared_ptr<grpc::experimental::ExternalConnectionAcceptor>
      connections = builder.experimental().AddExternalConnectionAcceptor(
          grpc::ServerBuilder::experimental_type::ExternalConnectionType::
              FROM_FD,
          credentials);
  builder.RegisterService(&search_service_);
  builder.RegisterService(&worker_service_);
  if (metrics_ != nullptr) {
    std::vector<
        std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
        interceptors;
    interceptors.push_back(NewCallMetrics(metrics_->registry(), clock_));
    builder.experimental().SetInterceptorCreators(std::move(interceptors));
    SampleMetrics();
  }
  grpc_server_ = builder.BuildAndStart();
  if (grpc_server_ == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("gRPC cannot serve on ", address_.ToString()));
  }
  acceptor_->Start([connections](int fd) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters
        connection;
    connection.fd = fd;
    connections->HandleNewConnection(&connection);
  });
  SetServing(*grpc_server_, true);
  ticker_ = std::make_unique<Ticker>(coordinator_.tick_interval(),
                                     [this] { coordinator_.Tick(); });
  if (tokens_ != nullptr) {
    token_ticker_ = std::make_unique<Ticker>(options_.token_refresh,
                                             [this] { tokens_->Refresh(); });
  }
  return absl::OkStatus();
}

void Server::SampleMetrics() {
  metrics_->Sample(
      {.coordinator = &coordinator_.statistics(),
       .workers_alive = [this] { return coordinator_.workers().CountAlive(); },
       .operations_waiting =
           [this] { return static_cast<int64_t>(writer_.size()); },
       .reads_waiting =
           [this] { return static_cast<int64_t>(read_pool_->waiting()); },
       .database = options_.database});
}

void Server::Shutdown() {
  watchdog_ = nullptr;  // what stops is not stuck
  // Before what they are sampled from goes.
  if (metrics_ != nullptr) metrics_->Forget();
  if (grpc_server_ != nullptr) {
    SetServing(*grpc_server_, false);
    // Or gRPC would be given connections that it no longer takes.
    acceptor_->Stop();
    coordinator_.Drain();
    // Waits for calls under way; the writer and the readers still answer them.
    // The deadline is gRPC's, on the clock that it insists on.
    grpc_server_->Shutdown(absl::ToChronoTime(absl::Now() + options_.grace));
    grpc_server_ = nullptr;
  }
  acceptor_ = nullptr;  // the port is free
  if (token_ticker_ != nullptr) token_ticker_->Stop();
  if (ticker_ != nullptr) ticker_->Stop();
  // Before the writer, to which it hands what it finds, and which may call it
  // until then.
  if (proposer_ != nullptr) proposer_->Stop();
  writer_.Stop();
  proposer_ = nullptr;
  read_pool_ = nullptr;
  sql_pool_ = nullptr;
  store_ = nullptr;
}

}  // namespace etalon
