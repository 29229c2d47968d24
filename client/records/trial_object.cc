#include "client/records/trial_object.h"

#include <string>

#include "client/output/numbers.h"
#include "client/output/row_writer.h"
#include "client/records/message_json.h"
#include "client/records/time_cell.h"
#include "client/records/trial_rows.h"

namespace etalon {
namespace {

Cell Of(bool measured, double value) { return measured ? Cell(value) : Cell(); }

}  // namespace

const std::vector<Column>& AttemptColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"attempt", Display::kNumber, 0}, {"worker", Display::kText, 1},
      {"state", Display::kState, 1},    {"start_time", Display::kTime, 3},
      {"end_time", Display::kTime, 4},  {"message", Display::kText, 2, true},
  };
  return *columns;
}

std::vector<Row> AttemptRows(const v1::Trial& trial) {
  std::vector<Row> rows;
  for (const v1::Attempt& attempt : trial.attempts()) {
    rows.push_back(
        {trial.name(),
         {int64_t{attempt.number()}, attempt.worker(),
          v1::Attempt::State_Name(attempt.state()),
          TimeCell(attempt.start_time()), TimeCell(attempt.end_time()),
          attempt.message().empty() ? Cell() : Cell(attempt.message())}});
  }
  return rows;
}

const std::vector<Column>& MeasurementColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"update", Display::kNumber, 0},
      {"epoch", Display::kSignificant, 1},
      {"learning_rate", Display::kSignificant, 6},
      {"train_loss", Display::kSignificant, 5},
      {"train_cost", Display::kSignificant, 7},
      {"train_accuracy", Display::kPercent, 3},
      {"validation_loss", Display::kSignificant, 4},
      {"validation_cost", Display::kSignificant, 8},
      {"validation_accuracy", Display::kPercent, 2},
      {"test_loss", Display::kSignificant, 9},
      {"test_cost", Display::kSignificant, 10},
      {"test_accuracy", Display::kPercent, 5},
      // Of the weights measured, where early stopping went back to them.
      {"weights_update", Display::kNumber, 11},
  };
  return *columns;
}

std::vector<Row> MeasurementRows(const v1::Trial& trial) {
  std::vector<Row> rows;
  for (const v1::Measurement& measurement : trial.measurements()) {
    Row row{trial.name(),
            {int64_t{measurement.update()}, measurement.epoch(),
             measurement.learning_rate()}};
    const auto add = [&](bool measured, const v1::PartMeasurement& part) {
      row.cells.push_back(Of(measured, part.loss()));
      row.cells.push_back(Of(measured, part.cost()));
      row.cells.push_back(Of(measured, part.accuracy()));
    };
    add(measurement.has_train(), measurement.train());
    add(measurement.has_validation(), measurement.validation());
    add(measurement.has_test(), measurement.test());
    row.cells.emplace_back();
    if (measurement.weights_update() > 0) {
      row.cells.back() = int64_t{measurement.weights_update()};
    }
    rows.push_back(row);
  }
  return rows;
}

Json TrialObject(const v1::Trial& trial) {
  Json object = RowToJson(
      TrialColumns(),
      TrialRow(trial, {{trial.stage(), FixedRatesOf(trial.training())}}));
  object["name"] = trial.name();
  object["apart_because"] = trial.fusion().apart_because().empty()
                                ? Json()
                                : Json(trial.fusion().apart_because());
  object["initialization_seed"] = trial.seeds().initialization();
  object["minibatches_seed"] = trial.seeds().minibatches();
  object["create_time"] = ToJson(TimeCell(trial.create_time()));
  object["start_time"] = ToJson(TimeCell(trial.start_time()));
  object["end_time"] = ToJson(TimeCell(trial.end_time()));
  object["evaluate_test"] = trial.evaluate_test();
  object["thresholds"] = Json::array();
  for (const v1::Threshold& threshold : trial.thresholds()) {
    object["thresholds"].push_back(
        {{"update", threshold.update()}, {"accuracy", threshold.accuracy()}});
  }
  object["unseen_configurations"] = Json::array();
  for (const int configuration : trial.unseen_configurations()) {
    object["unseen_configurations"].push_back(configuration);
  }
  object["model_size_bytes"] = trial.model_size_bytes();
  object["training"] = MessageToJson(trial.training());
  object["attempt_list"] = RowsToJson(AttemptColumns(), AttemptRows(trial));
  object["measurements"] =
      RowsToJson(MeasurementColumns(), MeasurementRows(trial));
  return object;
}

}  // namespace etalon
