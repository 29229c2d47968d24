#ifndef ETALON_CLIENT_RECORDS_WORKER_ROWS_H_
#define ETALON_CLIENT_RECORDS_WORKER_ROWS_H_

#include <string>
#include <vector>

#include "client/output/rows.h"
#include "etalon/v1/worker.pb.h"

namespace etalon {

const std::vector<Column>& WorkerColumns();
// "cifar10", or "idx in letters" where it has a path.
std::string DatasetText(const std::string& name, const std::string& path);
Row WorkerRow(const v1::Worker& worker);

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_WORKER_ROWS_H_
