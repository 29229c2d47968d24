#include "storage/sqlite/trial_filter_sql.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace etalon::sqlite {
namespace {

using Operator = TrialCondition::Operator;

// The one place where a field becomes SQL.
const char* ColumnOf(TrialField field) {
  switch (field) {
    case TrialField::kNumber:
      return "t.number";
    case TrialField::kStage:
      return "g.name";
    case TrialField::kConfiguration:
      return "t.configuration";
    case TrialField::kReplicate:
      return "t.replicate";
    case TrialField::kState:
      return "t.state";
    case TrialField::kLambda:
      return "c.lambda";
    case TrialField::kEta:
      return "c.eta";
    case TrialField::kTrainLoss:
      return "r.train_loss";
    case TrialField::kTrainCost:
      return "r.train_cost";
    case TrialField::kTrainAccuracy:
      return "r.train_accuracy";
    case TrialField::kValidationLoss:
      return "r.validation_loss";
    case TrialField::kValidationCost:
      return "r.validation_cost";
    case TrialField::kValidationAccuracy:
      return "t.validation_accuracy";  // which has an index
    case TrialField::kTestLoss:
      return "r.test_loss";
    case TrialField::kTestCost:
      return "r.test_cost";
    case TrialField::kTestAccuracy:
      return "r.test_accuracy";
    case TrialField::kUpdates:
      return "r.updates";
    case TrialField::kEpoch:
      return "r.epoch";
    case TrialField::kSeconds:
      return "iif(t.same_as IS NULL, r.training_nanoseconds / 1e9, NULL)";
    case TrialField::kWorker:
      return "a.worker_id";
    case TrialField::kAttempts:
      return "t.attempt_count";
    case TrialField::kFailureReason:
      return "t.failure_reason";
    case TrialField::kFailure:
      return "t.failure_message";
    case TrialField::kFusionWidth:
      return "iif(t.same_as IS NULL, r.fusion_width, NULL)";
    case TrialField::kSameAs:
      return "(SELECT o.number FROM trials AS o WHERE o.trial_id = t.same_as)";
    case TrialField::kCreateTime:
      return "t.create_time";
    case TrialField::kStartTime:
      return "a.start_time";
    case TrialField::kEndTime:
      return "t.end_time";
    case TrialField::kParameter:
      break;
  }
  return "(c.parameters ->> ?)";
}

struct OperatorSql {
  const char* text;
  size_t min_values;
  size_t max_values;
};

OperatorSql SqlOf(Operator op) {
  constexpr size_t kMany = static_cast<size_t>(-1);
  switch (op) {
    case Operator::kEqual:
      return {" = ", 1, 1};
    case Operator::kNotEqual:
      return {" <> ", 1, 1};
    case Operator::kLess:
      return {" < ", 1, 1};
    case Operator::kLessOrEqual:
      return {" <= ", 1, 1};
    case Operator::kGreater:
      return {" > ", 1, 1};
    case Operator::kGreaterOrEqual:
      return {" >= ", 1, 1};
    case Operator::kIn:
      return {" IN ", 1, kMany};
    case Operator::kNotIn:
      return {" NOT IN ", 1, kMany};
    case Operator::kIsNull:
      return {" IS NULL", 0, 0};
    case Operator::kIsNotNull:
      break;
  }
  return {" IS NOT NULL", 0, 0};
}

Value ToValue(const TrialValue& value) {
  if (const double* number = std::get_if<double>(&value)) return *number;
  if (const absl::Time* time = std::get_if<absl::Time>(&value)) {
    return TimeToText(*time);
  }
  return std::get<std::string>(value);
}

absl::Status AppendFilter(const TrialFilter& filter, SqlCondition& sql);

absl::Status AppendCondition(const TrialCondition& condition,
                             SqlCondition& sql) {
  const OperatorSql op = SqlOf(condition.op);
  const size_t count = condition.values.size();
  if (count < op.min_values || count > op.max_values) {
    return absl::InvalidArgumentError(
        absl::StrCat("a condition", op.text, "has ", count, " values"));
  }
  SqlCondition key = ToSql(condition.key);
  absl::StrAppend(&sql.text, key.text, op.text);
  for (Value& value : key.values) sql.values.push_back(std::move(value));
  for (const TrialValue& value : condition.values) {
    sql.values.push_back(ToValue(value));
  }
  if (op.max_values == 1) sql.text.append("?");
  if (op.max_values > 1) {
    for (size_t i = 0; i < count; ++i) sql.text.append(i == 0 ? "(?" : ", ?");
    sql.text.append(")");
  }
  return absl::OkStatus();
}

absl::Status AppendOperands(const TrialFilter& filter,
                            absl::string_view separator, SqlCondition& sql) {
  for (size_t i = 0; i < filter.operands.size(); ++i) {
    if (i > 0) absl::StrAppend(&sql.text, separator);
    ETALON_RETURN_IF_ERROR(AppendFilter(filter.operands[i], sql));
  }
  return absl::OkStatus();
}

absl::Status AppendFilter(const TrialFilter& filter, SqlCondition& sql) {
  const bool is_not = filter.kind == TrialFilter::Kind::kNot;
  const bool is_chain = filter.kind == TrialFilter::Kind::kAnd ||
                        filter.kind == TrialFilter::Kind::kOr;
  if ((is_not && filter.operands.size() != 1) ||
      (is_chain && filter.operands.empty())) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a filter's operator has ", filter.operands.size(), " operands"));
  }
  switch (filter.kind) {
    case TrialFilter::Kind::kAll:
      sql.text.append("TRUE");
      return absl::OkStatus();
    case TrialFilter::Kind::kCondition:
      return AppendCondition(filter.condition, sql);
    case TrialFilter::Kind::kNot:
      sql.text.append("NOT ");
      break;
    case TrialFilter::Kind::kAnd:
    case TrialFilter::Kind::kOr:
      break;
  }
  sql.text.append("(");
  ETALON_RETURN_IF_ERROR(AppendOperands(
      filter, filter.kind == TrialFilter::Kind::kOr ? " OR " : " AND ", sql));
  sql.text.append(")");
  return absl::OkStatus();
}

}  // namespace

SqlCondition ToSql(const TrialKey& key) {
  SqlCondition sql = {ColumnOf(key.field), {}};
  if (key.field == TrialField::kParameter) {
    // Within a path a name with dots and brackets stands in quotes.
    sql.values.push_back(absl::StrCat("$.\"", key.parameter, "\""));
  }
  return sql;
}

absl::StatusOr<SqlCondition> ToSql(const TrialFilter& filter) {
  SqlCondition sql;
  ETALON_RETURN_IF_ERROR(AppendFilter(filter, sql));
  return sql;
}

}  // namespace etalon::sqlite
