#ifndef ETALON_STORAGE_TRIAL_FILTER_H_
#define ETALON_STORAGE_TRIAL_FILTER_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"

namespace etalon {

// What trials are asked by and ordered by.
enum class TrialField {
  kNumber,
  kStage,
  kConfiguration,
  kReplicate,
  kState,
  kLambda,
  kEta,
  kTrainLoss,
  kTrainCost,
  kTrainAccuracy,
  kValidationLoss,
  kValidationCost,
  kValidationAccuracy,
  kTestLoss,
  kTestCost,
  kTestAccuracy,
  kUpdates,
  kEpoch,
  kSeconds,
  kWorker,  // its number
  kAttempts,
  kFailureReason,
  kFailure,  // the sentence
  kFusionWidth,
  kSameAs,
  kCreateTime,
  kStartTime,
  kEndTime,
  kParameter,
};

struct TrialKey {
  TrialField field = TrialField::kNumber;
  // Of kParameter: its name.
  std::string parameter = {};
};

// Numbers are finite; states and reasons have their names of the .proto files.
using TrialValue = std::variant<double, std::string, absl::Time>;

// One comparison. What is not known or was not measured is neither equal to a
// value nor different from it, as in SQL.
struct TrialCondition {
  enum class Operator {
    kEqual,
    kNotEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kIn,
    kNotIn,
    kIsNull,
    kIsNotNull,
  };
  TrialKey key;
  Operator op = Operator::kEqual;
  // One, of kIn and kNotIn at least one, of kIsNull and kIsNotNull none.
  std::vector<TrialValue> values = {};
};

// A tree of comparisons: which trials are meant. Its depth and size are the
// maker's to bound: what reads it descends into itself.
struct TrialFilter {
  enum class Kind {
    kAll,  // no condition
    kAnd,  // of two or more operands
    kOr,   // likewise
    kNot,  // of one
    kCondition,
  };
  Kind kind = Kind::kAll;
  std::vector<TrialFilter> operands = {};
  // Of kCondition.
  TrialCondition condition = {};
};

// By `key`, trials that have none last either way, and by number where equal.
struct TrialOrder {
  TrialKey key = {};
  bool descending = false;
};

}  // namespace etalon

#endif  // ETALON_STORAGE_TRIAL_FILTER_H_
