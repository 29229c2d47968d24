#include "client/records/trial_rows.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/names.h"
#include "client/output/numbers.h"
#include "client/records/time_cell.h"

namespace etalon {
namespace {

Cell OrFixed(Cell value, const Cell& fixed) {
  return std::holds_alternative<std::monostate>(value) ? fixed : value;
}

Cell Accuracy(bool measured, const v1::PartMeasurement& part) {
  return measured ? Cell(part.accuracy()) : Cell();
}

Cell NumberOf(const std::string& trial_name) {
  int64_t number = 0;
  return absl::SimpleAtoi(LastPart(trial_name), &number) ? Cell(number)
                                                         : Cell();
}

}  // namespace

const std::vector<Column>& TrialColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"search", Display::kText, 9},
      {"stage", Display::kText, 2},
      {"trial", Display::kNumber, 0},
      {"configuration", Display::kNumber, 15},
      {"replicate", Display::kNumber, 8},
      {"state", Display::kState, 1},
      {"lambda", Display::kSignificant, 1},
      {"eta", Display::kSignificant, 1},
      {"parameters", Display::kText, 14, true},
      {"train_accuracy", Display::kPercent, 6},
      {"validation_accuracy", Display::kPercent, 0},
      {"test_accuracy", Display::kPercent, 5},
      {"cost", Display::kSignificant, 7},
      {"updates", Display::kNumber, 11},
      {"seconds", Display::kSeconds, 10},
      {"worker", Display::kText, 12},
      {"attempts", Display::kNumber, 13},
      {"failure", Display::kText, 4},
      {"start_time", Display::kTime, 17, true},
      {"end_time", Display::kTime, 18, true},
      {"fusion_width", Display::kNumber, 16},
      {"rung", Display::kNumber, 19, true},
      {"same_as", Display::kNumber, 9},
  };
  return *columns;
}

Row TrialRow(const v1::Trial& trial,
             const std::map<std::string, FixedRates>& rates) {
  const auto found = rates.find(trial.stage());
  const FixedRates fixed = found == rates.end() ? FixedRates() : found->second;
  const v1::Measurement& result = trial.result();
  const std::vector<std::string> parts = absl::StrSplit(trial.name(), '/');
  Row row{trial.name(), {}};
  row.cells = {
      parts.size() > 1 ? parts[1] : trial.name(),
      LastPart(trial.stage()),
      NumberOf(trial.name()),
      int64_t{trial.configuration()},
      int64_t{trial.replicate()},
      v1::Trial::State_Name(trial.state()),
      OrFixed(FindParameter(trial.parameters(), "lambda"), fixed.lambda),
      OrFixed(FindRate(trial.parameters()), fixed.eta),
      ParametersToJson(trial.parameters()),
      Accuracy(result.has_train(), result.train()),
      Accuracy(result.has_validation(), result.validation()),
      Accuracy(result.has_test(), result.test()),
      result.has_train() ? Cell(result.train().cost()) : Cell(),
      trial.has_result() ? Cell(int64_t{result.update()}) : Cell(),
      trial.has_training_time() ? Cell(ToSeconds(trial.training_time()))
                                : Cell(),
      trial.worker().empty() ? Cell() : Cell(trial.worker()),
      int64_t{trial.attempt_count()},
      trial.has_failure() ? Cell(FailureText(trial.failure())) : Cell(),
      TimeCell(trial.start_time()),
      TimeCell(trial.end_time()),
      trial.has_fusion() ? Cell(int64_t{trial.fusion().width()}) : Cell(),
      int64_t{trial.rung()},
      trial.same_as().empty() ? Cell() : NumberOf(trial.same_as())};
  return row;
}

std::string FailureText(const v1::Failure& failure) {
  return absl::StrCat(v1::Failure::Reason_Name(failure.reason()),
                      failure.message().empty() ? "" : ": ", failure.message());
}

std::string FusionText(const v1::Fusion& fusion) {
  const int others = fusion.width() - 1;
  if (others > 0) {
    return absl::StrCat("trained side by side with ", others,
                        others == 1 ? " other" : " others");
  }
  return absl::StrCat("trained apart",
                      fusion.apart_because().empty() ? "" : ": ",
                      fusion.apart_because());
}

}  // namespace etalon
