#ifndef ETALON_CLIENT_RECORDS_TRIAL_ROWS_H_
#define ETALON_CLIENT_RECORDS_TRIAL_ROWS_H_

#include <map>
#include <string>
#include <vector>

#include "client/output/rows.h"
#include "client/records/parameters.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// The columns of the view trial_results, by the same names.
const std::vector<Column>& TrialColumns();

// A trial as a row of these columns; `rates` by the stages' full names.
Row TrialRow(const v1::Trial& trial,
             const std::map<std::string, FixedRates>& rates);

// "DIVERGED: a sentence"; empty where there is no failure.
std::string FailureText(const v1::Failure& failure);

// "trained side by side with 9 others", or "trained apart: a reason".
std::string FusionText(const v1::Fusion& fusion);

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_TRIAL_ROWS_H_
