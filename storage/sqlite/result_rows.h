#ifndef ETALON_STORAGE_SQLITE_RESULT_ROWS_H_
#define ETALON_STORAGE_SQLITE_RESULT_ROWS_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "etalon/v1/trial.pb.h"
#include "storage/sqlite/statement.h"

namespace etalon::sqlite {

// What a trial ends with, in the columns of several tables: a list of columns
// and the functions that bind and read them. Readers begin at the row's next
// column and leave errors in its status.

// Of tables `results` and `measurements`; and the same of `results` as r beside
// `trials`, which has one of these names too.
extern const char kMeasurementColumns[];
extern const char kResultColumns[];
// None where the columns are NULL.
std::optional<v1::Measurement> ReadMeasurement(Statement& row);
// As many parameters; all NULL without a measurement. What is refused, such as
// a number that is not finite, is looked for only then, which takes a while.
absl::Status BindMeasurement(const v1::Measurement* measurement,
                             Statement& statement);

// Of table `trials`: failure_reason, failure_message, failure_update.
std::optional<v1::Failure> ReadFailure(Statement& row);
void BindFailure(const v1::Failure* failure, Statement& statement);

// Of tables `results` and `rungs`: training_nanoseconds. Whole nanoseconds, 0
// or more, so that what is read back equals what was given; INVALID_ARGUMENT.
absl::StatusOr<int64_t> ToNanoseconds(absl::Duration training_time);
// fusion_width, apart_because.
std::optional<v1::Fusion> ReadFusion(Statement& row);
void BindFusion(const v1::Fusion* fusion, Statement& statement);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_RESULT_ROWS_H_
