#ifndef ETALON_SERVER_PAST_RATES_H_
#define ETALON_SERVER_PAST_RATES_H_

#include "absl/status/status.h"
#include "etalon/v1/plan.pb.h"
#include "storage/reader.h"

namespace etalon {

// Fills in the rates of `plan`'s shapes, from succeeded trials of the same
// shape in the newest searches: at most 100 searches and 200 trials a stage are
// looked at, until each shape has 200. Errors of reading.
absl::Status AddPastRates(Reader& reader, v1::SearchPlan& plan);

}  // namespace etalon

#endif  // ETALON_SERVER_PAST_RATES_H_
