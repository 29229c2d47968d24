#include "storage/sqlite/result_rows.h"

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "storage/sqlite/values.h"

namespace etalon::sqlite {
namespace {

std::optional<v1::PartMeasurement> ReadPart(Statement& row) {
  const bool measured = !row.NextIsNull();
  v1::PartMeasurement part;
  part.set_loss(row.NextDouble());
  part.set_cost(row.NextDouble());
  part.set_accuracy(row.NextDouble());
  if (!measured) return std::nullopt;
  return part;
}

void BindPart(const v1::PartMeasurement* part, Statement& statement) {
  if (part == nullptr) {
    for (int i = 0; i < 3; ++i) statement.Bind(std::nullopt);
    return;
  }
  statement.Bind(part->loss());
  statement.Bind(part->cost());
  statement.Bind(part->accuracy());
}

}  // namespace

const char kMeasurementColumns[] =
    "updates, weights_update, epoch, learning_rate, train_loss, train_cost, "
    "train_accuracy,"
    " validation_loss, validation_cost, validation_accuracy,"
    " test_loss, test_cost, test_accuracy ";

const char kResultColumns[] =
    "r.updates, r.weights_update, r.epoch, r.learning_rate, r.train_loss,"
    " r.train_cost, r.train_accuracy, r.validation_loss, r.validation_cost,"
    " r.validation_accuracy, r.test_loss, r.test_cost, r.test_accuracy ";

std::optional<v1::Measurement> ReadMeasurement(Statement& row) {
  const bool measured = !row.NextIsNull();
  v1::Measurement measurement;
  measurement.set_update(row.NextInt64());
  measurement.set_weights_update(row.NextInt64());  // 0 for NULL
  measurement.set_epoch(row.NextDouble());
  measurement.set_learning_rate(row.NextDouble());
  if (auto part = ReadPart(row)) *measurement.mutable_train() = *part;
  if (auto part = ReadPart(row)) *measurement.mutable_validation() = *part;
  if (auto part = ReadPart(row)) *measurement.mutable_test() = *part;
  if (!measured) return std::nullopt;
  return measurement;
}

absl::Status BindMeasurement(const v1::Measurement* measurement,
                             Statement& statement) {
  if (measurement == nullptr) {
    for (int i = 0; i < 13; ++i) statement.Bind(std::nullopt);
    return statement.status();
  }
  statement.Bind(measurement->update());
  if (measurement->weights_update() > 0) {
    statement.Bind(measurement->weights_update());
  } else {
    statement.Bind(std::nullopt);
  }
  statement.Bind(measurement->epoch());
  statement.Bind(measurement->learning_rate());
  BindPart(measurement->has_train() ? &measurement->train() : nullptr,
           statement);
  BindPart(measurement->has_validation() ? &measurement->validation() : nullptr,
           statement);
  BindPart(measurement->has_test() ? &measurement->test() : nullptr, statement);
  if (statement.status().ok()) return absl::OkStatus();
  ETALON_RETURN_IF_ERROR(CheckFinite(*measurement));
  return statement.status();
}

absl::StatusOr<int64_t> ToNanoseconds(absl::Duration training_time) {
  const int64_t nanoseconds = absl::ToInt64Nanoseconds(training_time);
  if (absl::Nanoseconds(nanoseconds) == training_time && nanoseconds >= 0) {
    return nanoseconds;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("training time ", absl::FormatDuration(training_time),
                   " is not a whole number of nanoseconds, 0 or more"));
}

std::optional<v1::Failure> ReadFailure(Statement& row) {
  if (row.NextIsNull()) {
    for (int i = 0; i < 3; ++i) row.SkipColumn();
    return std::nullopt;
  }
  v1::Failure failure;
  failure.set_reason(row.NextEnum(v1::Failure::Reason_Parse));
  failure.set_message(row.NextText());
  failure.set_update(row.NextInt64());
  return failure;
}

void BindFailure(const v1::Failure* failure, Statement& statement) {
  if (failure == nullptr) {
    for (int i = 0; i < 3; ++i) statement.Bind(std::nullopt);
    return;
  }
  statement.Bind(v1::Failure::Reason_Name(failure->reason()));
  statement.Bind(failure->message());
  statement.Bind(failure->update());
}

std::optional<v1::Fusion> ReadFusion(Statement& row) {
  if (row.NextIsNull()) {
    for (int i = 0; i < 2; ++i) row.SkipColumn();
    return std::nullopt;
  }
  v1::Fusion fusion;
  fusion.set_width(row.NextInt());
  fusion.set_apart_because(row.NextText());  // empty for NULL
  return fusion;
}

void BindFusion(const v1::Fusion* fusion, Statement& statement) {
  if (fusion == nullptr) {
    for (int i = 0; i < 2; ++i) statement.Bind(std::nullopt);
    return;
  }
  statement.Bind(fusion->width());
  if (fusion->apart_because().empty()) {
    statement.Bind(std::nullopt);
  } else {
    statement.Bind(fusion->apart_because());
  }
}

}  // namespace etalon::sqlite
