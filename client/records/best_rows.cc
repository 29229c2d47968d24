#include "client/records/best_rows.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "client/names.h"
#include "client/records/search_rows.h"

namespace etalon {
namespace {

Cell Mean(bool measured, const v1::Statistic& statistic) {
  return measured && statistic.count() > 0 ? Cell(statistic.mean()) : Cell();
}

Cell OrFixed(Cell value, const Cell& fixed) {
  return std::holds_alternative<std::monostate>(value) ? fixed : value;
}

}  // namespace

const std::vector<Column>& BestColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"rank", Display::kNumber, 0},
      {"stage", Display::kText, 2},
      {"configuration", Display::kNumber, 10},
      {"lambda", Display::kSignificant, 1},
      {"eta", Display::kSignificant, 1},
      {"parameters", Display::kText, 12, true},
      {"train_accuracy", Display::kPercent, 5},
      {"validation_accuracy", Display::kPercent, 0},
      {"deviation", Display::kPercent, 9},
      {"half_width_95", Display::kPercent, 4},
      {"test_accuracy", Display::kPercent, 3},
      {"n", Display::kNumber, 6},
      {"replicates", Display::kNumber, 7},
      {"diverged", Display::kNumber, 12, true},
      {"failed", Display::kNumber, 12, true},
      {"trials", Display::kText, 13, true},
      {"median", Display::kPercent, 2, true},
      {"lower_95", Display::kPercent, 2, true},
  };
  return *columns;
}

Row BestRow(const v1::RankedConfiguration& configuration,
            const std::map<std::string, FixedRates>& rates) {
  const auto found = rates.find(configuration.stage());
  const FixedRates fixed = found == rates.end() ? FixedRates() : found->second;
  const v1::Statistic& validation = configuration.validation_accuracy();
  const v1::TrialCounts& counts = configuration.counts();
  Json trials = Json::array();
  for (const std::string& trial : configuration.trials()) {
    trials.push_back(trial);
  }
  return {
      // A configuration has no name of its own: its first trial stands for it.
      configuration.trials().empty() ? configuration.stage()
                                     : configuration.trials(0),
      {int64_t{configuration.rank()}, LastPart(configuration.stage()),
       int64_t{configuration.configuration()},
       OrFixed(FindParameter(configuration.parameters(), "lambda"),
               fixed.lambda),
       OrFixed(FindRate(configuration.parameters()), fixed.eta),
       ParametersToJson(configuration.parameters()),
       Mean(configuration.has_train_accuracy(), configuration.train_accuracy()),
       Mean(configuration.has_validation_accuracy(), validation),
       validation.count() > 1 ? Cell(validation.standard_deviation()) : Cell(),
       validation.has_half_width_95() ? Cell(validation.half_width_95())
                                      : Cell(),
       Mean(configuration.has_test_accuracy(), configuration.test_accuracy()),
       int64_t{validation.count()},
       counts.queued() + counts.running() + Finished(counts),
       int64_t{counts.diverged()}, int64_t{counts.failed()}, trials,
       validation.count() > 0 ? Cell(validation.median()) : Cell(),
       validation.has_lower_95() ? Cell(validation.lower_95()) : Cell()}};
}

std::vector<Column> BestColumnsFor(
    v1::RankBy by,
    const google::protobuf::RepeatedPtrField<v1::RankedConfiguration>& ranked) {
  std::set<std::string> shown;
  if (by == v1::RANK_BY_MEDIAN) shown.insert("median");
  if (by == v1::RANK_BY_LOWER_BOUND) shown.insert("lower_95");
  for (const v1::RankedConfiguration& configuration : ranked) {
    if (configuration.counts().diverged() > 0) shown.insert("diverged");
    if (configuration.counts().failed() > 0) shown.insert("failed");
  }
  std::vector<Column> columns = BestColumns();
  for (Column& column : columns) {
    if (shown.count(column.name) == 0) continue;
    column.hidden = false;
    // They say why the order is what it is.
    column.rank = std::min(column.rank, 2);
  }
  return columns;
}

}  // namespace etalon
