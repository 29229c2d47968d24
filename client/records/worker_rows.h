#ifndef ETALON_CLIENT_RECORDS_WORKER_ROWS_H_
#define ETALON_CLIENT_RECORDS_WORKER_ROWS_H_

#include <vector>

#include "client/output/rows.h"
#include "etalon/v1/worker.pb.h"

namespace etalon {

const std::vector<Column>& WorkerColumns();
Row WorkerRow(const v1::Worker& worker);

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_WORKER_ROWS_H_
