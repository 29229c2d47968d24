#ifndef ETALON_CLIENT_RECORDS_SEARCH_ROWS_H_
#define ETALON_CLIENT_RECORDS_SEARCH_ROWS_H_

#include <vector>

#include "client/output/rows.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

const std::vector<Column>& SearchColumns();
Row SearchRow(const v1::Search& search);

// The columns of the view stage_progress, by the same names.
const std::vector<Column>& StageColumns();
// One row for each stage of `search`, in order.
std::vector<Row> StageRows(const v1::Search& search);

// The columns that tables show of `rows`: states that most searches have no
// trials in only where there are some.
std::vector<Column> TableColumns(std::vector<Column> columns,
                                 const std::vector<Row>& rows);

// Trials that have come to an end.
int64_t Finished(const v1::TrialCounts& counts);

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_SEARCH_ROWS_H_
