#ifndef ETALON_STORAGE_SQLITE_ROWS_H_
#define ETALON_STORAGE_SQLITE_ROWS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "etalon/v1/trial.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "storage/sqlite/statement.h"
#include "storage/transaction.h"

namespace etalon::sqlite {

// Pairs of a column list and the function that reads it. Select... gives a
// query that ends in `tail`, a constant such as "WHERE search_id = ?"; the
// readers begin at the row's next column and leave errors in its status.

// From `searches`.
std::string SelectSearchRecords(absl::string_view tail);
SearchRecord ReadSearchRecord(Statement& row);

// From `stages`.
std::string SelectStageRecords(absl::string_view tail);
StageRecord ReadStageRecord(Statement& row);
// Of table `stages`: race. None for NULL.
std::optional<v1::RaceOutcome> ReadRaceOutcome(Statement& row);

// From `trials` as t and `searches` as s.
std::string SelectTrialRecords(absl::string_view tail);
TrialRecord ReadTrialRecord(Statement& row);
// `indexed_by` is empty or "INDEXED BY ..." for the trials.
std::string SelectTrialDetails(absl::string_view tail,
                               absl::string_view indexed_by = "");
TrialDetails ReadTrialDetails(Statement& row);

// A trial as lists give it (reader.h), from `trials` as t, `searches` as s,
// `stages` as g, `configurations` as c, `results` as r, the last of `attempts`
// as a. After its columns may come one more: ", expression".
std::string SelectTrials(absl::string_view tail,
                         absl::string_view one_more = "");
v1::Trial ReadTrial(Statement& row);

// None for NULL.
std::optional<google::protobuf::Timestamp> ReadTimestamp(Statement& row);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_ROWS_H_
