#ifndef ETALON_CLIENT_RECORDS_BEST_ROWS_H_
#define ETALON_CLIENT_RECORDS_BEST_ROWS_H_

#include <map>
#include <string>
#include <vector>

#include "client/output/rows.h"
#include "client/records/parameters.h"
#include "etalon/v1/ranking.pb.h"

namespace etalon {

// Columns of ranked configurations. Accuracies are means over the replicates
// that succeeded.
const std::vector<Column>& BestColumns();
// The same, where tables show what `ranked` were ranked by, and how many
// replicates diverged and failed where any did.
std::vector<Column> BestColumnsFor(
    v1::RankBy by,
    const google::protobuf::RepeatedPtrField<v1::RankedConfiguration>& ranked);
Row BestRow(const v1::RankedConfiguration& configuration,
            const std::map<std::string, FixedRates>& rates);

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_BEST_ROWS_H_
