#include "server/read_pool.h"

#include "common/limits.h"
#include "common/status_macros.h"

namespace etalon {

absl::StatusOr<std::unique_ptr<ReadPool>> ReadPool::Create(Store& store,
                                                           int threads) {
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < threads; ++i) {
    ETALON_ASSIGN_OR_RETURN(std::unique_ptr<Reader> reader, store.NewReader());
    readers.push_back(std::move(reader));
  }
  return std::unique_ptr<ReadPool>(
      new ReadPool(std::move(readers), kMaxQueuedReads));
}

absl::StatusOr<std::unique_ptr<SqlPool>> SqlPool::Create(Store& store) {
  std::vector<std::unique_ptr<SqlReader>> readers(1);
  ETALON_ASSIGN_OR_RETURN(readers[0], store.NewSqlReader());
  return std::unique_ptr<SqlPool>(
      new SqlPool(std::move(readers), kMaxQueuedSql));
}

}  // namespace etalon
