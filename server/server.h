#ifndef ETALON_SERVER_SERVER_H_
#define ETALON_SERVER_SERVER_H_

#include <grpcpp/server.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/rpc/credentials.h"
#include "server/acceptor.h"
#include "server/coordinator.h"
#include "server/gate.h"
#include "server/listen_address.h"
#include "server/metrics.h"
#include "server/proposer.h"
#include "server/queries.h"
#include "server/read_pool.h"
#include "server/search_service.h"
#include "server/sql_queries.h"
#include "server/ticker.h"
#include "server/token_registry.h"
#include "server/watchdog.h"
#include "server/worker_service.h"
#include "server/writer.h"
#include "storage/store.h"

namespace etalon {

// A coordinator on a port: owns the store, the threads and the services.
//
// Promises: once Create has returned, calls are answered; once Shutdown has,
// all that was acknowledged is in the database and its lock is free.
//
// Threads: Create, Shutdown and the destructor from one thread.
class Server {
 public:
  struct Options {
    ListenAddress listen;
    Acceptor::Limits connections;
    Gate::Limits calls;
    ServerCredentialFiles credentials;
    // The file that says whose calls are answered; empty: everybody's. With TLS
    // only, since tokens travel encrypted.
    std::string tokens;
    // How soon a change of that file is in force.
    absl::Duration token_refresh = absl::Seconds(1);
    // Created when it does not exist.
    std::string database;
    // Random: fences off the leases of every other database.
    uint64_t new_generation = 0;
    Coordinator::Options coordinator;
    int reader_threads = 2;
    // Let tools ask which services there are (gRPC reflection).
    bool reflection = false;
    // As SqliteStore::Options has it.
    std::function<void(const absl::Status&)> on_lost_commit = nullptr;
    // Where to tell Prometheus what goes on; none: nowhere.
    std::optional<ListenAddress> metrics = {};
    // How long calls under way may take once the server is to stop.
    absl::Duration grace = absl::Seconds(5);
    // Looks after the listener and the writer; none without a `report`.
    Watchdog::Options watchdog;
  };

  // ALREADY_EXISTS: the address is in use. PERMISSION_DENIED,
  // FAILED_PRECONDITION: it cannot be listened on. Any error of reading
  // credentials and tokens, and of opening the store.
  static absl::StatusOr<std::unique_ptr<Server>> Create(const Options& options,
                                                        Clock& clock);
  // Shuts down.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Connections that are open. Not after Shutdown.
  int connections() const { return acceptor_->connections(); }
  // With the port that was given or chosen.
  const ListenAddress& address() const { return address_; }
  int port() const { return address_.port; }
  // Where metrics are told; 0 where they are not.
  int metrics_port() const { return metrics_ ? metrics_->port() : 0; }

  // Takes no new calls, answers those that wait, lets those under way end, and
  // closes the store. Blocks for little more than `grace`. Never from a signal
  // handler or a callback. Twice does no harm.
  void Shutdown();

 private:
  Server(const Options& options, std::unique_ptr<Acceptor> acceptor,
         std::unique_ptr<TokenRegistry> tokens,
         std::unique_ptr<Metrics> metrics, std::unique_ptr<Store> store,
         std::unique_ptr<ReadPool> read_pool, std::unique_ptr<SqlPool> sql_pool,
         Clock& clock);
  std::vector<Watchdog::Part> Parts();
  void SampleMetrics();
  absl::Status Serve(
      const std::shared_ptr<grpc::ServerCredentials>& credentials);

  const Options options_;
  Clock& clock_;
  ListenAddress address_;
  // In the order in which each needs those before it.
  std::unique_ptr<Acceptor> acceptor_;
  const std::unique_ptr<TokenRegistry> tokens_;  // null: none are asked for
  std::unique_ptr<Metrics> metrics_;             // null: none are told
  std::unique_ptr<Store> store_;
  std::unique_ptr<ReadPool> read_pool_;
  std::unique_ptr<SqlPool> sql_pool_;
  Writer writer_;
  Coordinator coordinator_;
  std::unique_ptr<Proposer> proposer_;
  Queries queries_;
  SqlQueries sql_queries_;
  Gate gate_;
  SearchServiceImpl search_service_;
  WorkerServiceImpl worker_service_;
  std::unique_ptr<grpc::Server> grpc_server_;
  std::unique_ptr<Ticker> ticker_;
  std::unique_ptr<Ticker> token_ticker_;
  std::unique_ptr<Watchdog> watchdog_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_SERVER_H_
