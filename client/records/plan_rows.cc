#include "client/records/plan_rows.h"

#include <cstdint>

#include "absl/time/time.h"

namespace etalon {

const std::vector<Column>& PlanColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"stage", Display::kText, 0},
      {"trials", Display::kNumber, 0},
      {"updates", Display::kNumber, 1},
      {"images", Display::kNumber, 3},
      {"estimated", Display::kText, 9, true},
      {"seconds", Display::kSeconds, 1},
      {"seconds_low", Display::kSeconds, 2, false, "low"},
      {"seconds_high", Display::kSeconds, 2, false, "high"},
      {"source", Display::kText, 4},
  };
  return *columns;
}

Row PlanRow(const v1::PlannedStage& stage, const Expectation& expectation) {
  const auto seconds = [&](absl::Duration Forecast::* bound) {
    return expectation.forecast.has_value()
               ? Cell(absl::ToDoubleSeconds((*expectation.forecast).*bound))
               : Cell();
  };
  return {stage.name(),
          {stage.name(), int64_t{stage.trials()}, int64_t{stage.updates()},
           int64_t{stage.images()}, Json(stage.estimated()),
           seconds(&Forecast::expected), seconds(&Forecast::low),
           seconds(&Forecast::high), expectation.source}};
}

}  // namespace etalon
