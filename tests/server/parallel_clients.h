#ifndef ETALON_TESTS_SERVER_PARALLEL_CLIENTS_H_
#define ETALON_TESTS_SERVER_PARALLEL_CLIENTS_H_

#include <cstdint>
#include <functional>

namespace etalon::testing {

struct ParallelClientsResult {
  int64_t trials = 0;
  int64_t succeeded = 0;
  int64_t results = 0;
  int64_t calls = 0;
};

// A coordinator with its writer's thread, readers and ticks as a server has
// them, and workers and people who call it from threads of their own, over a
// transport without gRPC that doubles and reorders what it carries. Returns
// once every search has ended. For ThreadSanitizer, which cannot see into the
// packaged gRPC.
//
// `touch` is called by callers and by answers, on whatever thread they are.
ParallelClientsResult RunParallelClients(const std::function<void()>& touch);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SERVER_PARALLEL_CLIENTS_H_
