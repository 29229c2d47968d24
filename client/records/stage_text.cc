#include "client/records/stage_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "client/records/search_rows.h"

namespace etalon {
namespace {

constexpr double kDefaultConfidence = 0.95;
// Contenders that are named.
constexpr int kMaxNamed = 10;

// The race that the stage runs by; none where `spec` has none.
const v1::Race* RaceOf(const v1::SearchSpec& spec, int stage) {
  if (stage < spec.stages_size()) {
    if (spec.stages(stage).has_race()) return &spec.stages(stage).race();
    if (spec.stages(stage).has_replicates()) return nullptr;
  }
  return spec.has_race() ? &spec.race() : nullptr;
}

bool MayTakeLess(const v1::SearchSpec& spec, int stage) {
  const v1::Stopping& stopping = spec.stages(stage).stopping();
  return RaceOf(spec, stage) != nullptr || stopping.has_median() ||
         stopping.has_asynchronous_halving();
}

std::string ConfigurationsText(const v1::RaceOutcome& race) {
  const int count = race.contenders_size();
  const auto begin = race.contenders().begin();
  std::string text = absl::StrCat(
      count == 1 ? "configuration " : "configurations ",
      absl::StrJoin(begin, begin + std::min(count, kMaxNamed), ", "));
  if (count > kMaxNamed)
    absl::StrAppend(&text, " and ", count - kMaxNamed, " more");
  return text;
}

}  // namespace

std::string RaceText(const v1::Search& search, int stage) {
  const v1::RaceOutcome& race = search.stages(stage).race();
  if (race.kind() == v1::RaceOutcome::KIND_UNSPECIFIED) return "";
  const std::string replicates =
      absl::StrCat(" after ", race.replicates(),
                   race.replicates() == 1 ? " replicate: " : " replicates: ",
                   ConfigurationsText(race));
  if (race.kind() == v1::RaceOutcome::SPENT) {
    return absl::StrCat("spent", replicates,
                        race.contenders_size() == 1 ? " is left" : " are left");
  }
  const v1::Race* const rules = RaceOf(search.spec(), stage);
  const double confidence = rules != nullptr && rules->has_confidence()
                                ? rules->confidence()
                                : kDefaultConfidence;
  return absl::StrCat("separated at ", 100 * confidence, " %", replicates);
}

Json RaceToJson(const v1::Stage& stage) {
  if (!stage.has_race()) return nullptr;
  Json race = Json::object();
  race["kind"] = v1::RaceOutcome::Kind_Name(stage.race().kind());
  race["contenders"] = Json::array();
  for (const int contender : stage.race().contenders()) {
    race["contenders"].push_back(contender);
  }
  race["replicates"] = stage.race().replicates();
  return race;
}

std::string BudgetText(const v1::Search& search, int stage) {
  // Where a user cancelled the search, its trials are cancelled for that.
  if (stage >= search.spec().stages_size() ||
      !search.spec().stages(stage).has_budget() ||
      search.stages(stage).counts().cancelled() == 0 ||
      search.state() == v1::Search::CANCELLED) {
    return "";
  }
  const v1::Budget& budget = search.spec().stages(stage).budget();
  std::vector<std::string> bounds;
  if (budget.trials() > 0) {
    bounds.push_back(absl::StrCat(budget.trials(), " trials"));
  }
  if (budget.updates() > 0) {
    bounds.push_back(absl::StrCat(budget.updates(), " updates"));
  }
  if (budget.has_time()) {
    bounds.push_back(
        absl::FormatDuration(absl::Seconds(budget.time().seconds()) +
                             absl::Nanoseconds(budget.time().nanos())));
  }
  return absl::StrCat("has spent its budget of ", absl::StrJoin(bounds, ", "));
}

int64_t PlannedTrials(const v1::Stage& stage) {
  return stage.state() == v1::Stage::COMPLETE ? Finished(stage.counts())
                                              : stage.planned_trials();
}

bool MayTakeLess(const v1::SearchSpec& spec) {
  for (int stage = 0; stage < spec.stages_size(); ++stage) {
    if (MayTakeLess(spec, stage)) return true;
  }
  return false;
}

bool MayTakeLess(const v1::Search& search) {
  for (int stage = 0; stage < search.stages_size(); ++stage) {
    const v1::Stage::State state = search.stages(stage).state();
    if ((state == v1::Stage::PENDING || state == v1::Stage::RUNNING) &&
        stage < search.spec().stages_size() &&
        MayTakeLess(search.spec(), stage)) {
      return true;
    }
  }
  return false;
}

}  // namespace etalon
