#ifndef ETALON_CLIENT_RECORDS_PLAN_ROWS_H_
#define ETALON_CLIENT_RECORDS_PLAN_ROWS_H_

#include <vector>

#include "client/output/rows.h"
#include "client/progress/expectations.h"
#include "etalon/v1/plan.pb.h"

namespace etalon {

const std::vector<Column>& PlanColumns();
Row PlanRow(const v1::PlannedStage& stage, const Expectation& expectation);

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_PLAN_ROWS_H_
