#include "client/records/search_rows.h"

#include <algorithm>
#include <string>

#include "client/names.h"
#include "client/output/numbers.h"
#include "client/records/parameters.h"
#include "client/records/stage_text.h"
#include "client/records/time_cell.h"

namespace etalon {
namespace {

// The box as {"lambda": range, ...} for machines and as a line for people.
Json BoxToJson(const v1::Stage& stage) {
  Json box = Json::object();
  for (const v1::Parameter& parameter : stage.box()) {
    box[parameter.name()] = RangeToJson(parameter);
  }
  return box;
}

}  // namespace

const std::vector<Column>& SearchColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"search", Display::kText, 0},
      {"state", Display::kState, 1},
      {"create_time", Display::kTime, 4},
      {"start_time", Display::kTime, 9, true},
      {"end_time", Display::kTime, 5},
      {"queued", Display::kNumber, 3},
      {"running", Display::kNumber, 3},
      {"succeeded", Display::kNumber, 2},
      {"diverged", Display::kNumber, 6},
      {"failed", Display::kNumber, 6},
      {"cancelled", Display::kNumber, 7},
      {"suspended", Display::kNumber, 4, true},
      {"stopped", Display::kNumber, 4, true},
      {"message", Display::kText, 8},
  };
  return *columns;
}

Row SearchRow(const v1::Search& search) {
  const v1::TrialCounts& counts = search.counts();
  return {search.name(),
          {LastPart(search.name()), v1::Search::State_Name(search.state()),
           TimeCell(search.create_time()), TimeCell(search.start_time()),
           TimeCell(search.end_time()), int64_t{counts.queued()},
           int64_t{counts.running()}, int64_t{counts.succeeded()},
           int64_t{counts.diverged()}, int64_t{counts.failed()},
           int64_t{counts.cancelled()}, int64_t{counts.suspended()},
           int64_t{counts.stopped()},
           search.message().empty() ? Cell() : Cell(search.message())}};
}

const std::vector<Column>& StageColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"search", Display::kText, 9, true},
      {"position", Display::kNumber, 9, true},
      {"stage", Display::kText, 0},
      {"state", Display::kState, 1},
      {"planned", Display::kNumber, 2},
      {"queued", Display::kNumber, 5},
      {"running", Display::kNumber, 3},
      {"succeeded", Display::kNumber, 2},
      {"diverged", Display::kNumber, 6},
      {"failed", Display::kNumber, 6},
      {"cancelled", Display::kNumber, 7},
      {"suspended", Display::kNumber, 4, true},
      {"stopped", Display::kNumber, 4, true},
      {"box", Display::kText, 4, true},
      {"start_time", Display::kTime, 9, true},
      {"end_time", Display::kTime, 9, true},
      {"race", Display::kText, 9, true},
  };
  return *columns;
}

std::vector<Row> StageRows(const v1::Search& search) {
  std::vector<Row> rows;
  for (const v1::Stage& stage : search.stages()) {
    const v1::TrialCounts& counts = stage.counts();
    rows.push_back(
        {stage.name(),
         {LastPart(search.name()), int64_t(rows.size()), LastPart(stage.name()),
          v1::Stage::State_Name(stage.state()), int64_t{stage.planned_trials()},
          int64_t{counts.queued()}, int64_t{counts.running()},
          int64_t{counts.succeeded()}, int64_t{counts.diverged()},
          int64_t{counts.failed()}, int64_t{counts.cancelled()},
          int64_t{counts.suspended()}, int64_t{counts.stopped()},
          BoxToJson(stage), TimeCell(stage.start_time()),
          TimeCell(stage.end_time()),
          stage.has_race() ? Cell(RaceToJson(stage)) : Cell()}});
  }
  return rows;
}

std::vector<Column> TableColumns(std::vector<Column> columns,
                                 const std::vector<Row>& rows) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name != "suspended" && columns[i].name != "stopped") {
      continue;
    }
    columns[i].hidden = std::all_of(
        rows.begin(), rows.end(),
        [i](const Row& row) { return row.cells[i] == Cell(int64_t{0}); });
  }
  return columns;
}

int64_t Finished(const v1::TrialCounts& counts) {
  return counts.succeeded() + counts.diverged() + counts.failed() +
         counts.cancelled() + counts.stopped();
}

}  // namespace etalon
