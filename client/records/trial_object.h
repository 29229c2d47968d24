#ifndef ETALON_CLIENT_RECORDS_TRIAL_OBJECT_H_
#define ETALON_CLIENT_RECORDS_TRIAL_OBJECT_H_

#include <vector>

#include "client/output/rows.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// All that is known of one trial, for machines: the columns of TrialColumns,
// then seeds, times, training, attempts and measurements.
Json TrialObject(const v1::Trial& trial);

const std::vector<Column>& AttemptColumns();
std::vector<Row> AttemptRows(const v1::Trial& trial);

const std::vector<Column>& MeasurementColumns();
std::vector<Row> MeasurementRows(const v1::Trial& trial);

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_TRIAL_OBJECT_H_
