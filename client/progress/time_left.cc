#include "client/progress/time_left.h"

#include <algorithm>

#include "client/records/search_rows.h"

namespace etalon {

int64_t UpdatesOf(const v1::Training& training) {
  if (training.batch_size() < 1) return 0;
  const int64_t per_epoch = training.dataset().train() / training.batch_size();
  const v1::Schedule& schedule = training.schedule();
  if (schedule.has_cyclical()) {
    const v1::Schedule::Cyclical& cyclical = schedule.cyclical();
    const int64_t warmup = schedule.has_warmup_epochs()
                               ? schedule.warmup_epochs() * per_epoch
                               : schedule.warmup();
    const int64_t half_cycle = cyclical.has_step_epochs()
                                   ? cyclical.step_epochs() * per_epoch
                                   : cyclical.step_size();
    return warmup + 2 * half_cycle * cyclical.cycles();
  }
  return training.has_updates() ? training.updates()
                                : training.epochs() * per_epoch;
}

std::optional<absl::Duration> EstimateTimeLeft(
    const v1::Search& search,
    const std::map<std::string, double>& mean_seconds) {
  const int64_t at_once = search.counts().running();
  if (at_once == 0) return std::nullopt;
  double left = 0;
  // Of the last stage that is known.
  std::optional<double> seconds;
  int64_t updates = 0;
  for (const v1::Stage& stage : search.stages()) {
    const int64_t stage_updates = UpdatesOf(stage.training());
    if (const auto known = mean_seconds.find(stage.name());
        known != mean_seconds.end()) {
      seconds = known->second;
    } else if (seconds.has_value() && updates > 0 && stage_updates > 0) {
      seconds = *seconds * static_cast<double>(stage_updates) /
                static_cast<double>(updates);
    }
    updates = stage_updates;
    const bool over = stage.state() == v1::Stage::COMPLETE ||
                      stage.state() == v1::Stage::SKIPPED;
    const int64_t open = stage.planned_trials() - Finished(stage.counts());
    if (over || open <= 0) continue;
    if (!seconds.has_value()) return std::nullopt;
    // Those at work are half done on average; fewer open trials than places
    // still take a trial's time.
    const double work = static_cast<double>(open) -
                        0.5 * static_cast<double>(stage.counts().running());
    left += *seconds * work / static_cast<double>(std::min(open, at_once));
  }
  return absl::Seconds(left);
}

}  // namespace etalon
