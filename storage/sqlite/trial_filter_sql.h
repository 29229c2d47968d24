#ifndef ETALON_STORAGE_SQLITE_TRIAL_FILTER_SQL_H_
#define ETALON_STORAGE_SQLITE_TRIAL_FILTER_SQL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/sqlite/values.h"
#include "storage/trial_filter.h"

namespace etalon::sqlite {

// A condition on the tables of SelectTrials (rows.h), and what its parameters
// are, in order.
struct SqlCondition {
  std::string text;
  std::vector<Value> values;
};

// Nothing of a filter's values and parameter names is in the text, which
// follows from its shape alone: all are bound. INVALID_ARGUMENT: a condition
// with another number of values than its operator has, or a NOT of other than
// one operand.
absl::StatusOr<SqlCondition> ToSql(const TrialFilter& filter);

// The expression that a key stands for.
SqlCondition ToSql(const TrialKey& key);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_TRIAL_FILTER_SQL_H_
