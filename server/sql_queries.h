#ifndef ETALON_SERVER_SQL_QUERIES_H_
#define ETALON_SERVER_SQL_QUERIES_H_

#include <functional>

#include "etalon/v1/search_service.pb.h"
#include "server/callback.h"
#include "server/read_pool.h"

namespace etalon {

// Runs the SQL of callers, one after another.
//
// Threads: any; no method blocks. The pool is borrowed.
class SqlQueries {
 public:
  explicit SqlQueries(SqlPool& pool) : pool_(pool) {}

  // The request has passed server/request_checks.h. `cancelled`, called from a
  // thread of the pool before `done` is, says whether the caller has hung up.
  // Codes of SqlReader::Run. RESOURCE_EXHAUSTED: too many queries wait.
  void RunSql(v1::RunSqlRequest request, std::function<bool()> cancelled,
              Done<v1::RunSqlResponse> done);

 private:
  SqlPool& pool_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_SQL_QUERIES_H_
