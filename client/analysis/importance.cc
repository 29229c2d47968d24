#include "client/analysis/importance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/analysis/functional_anova.h"
#include "client/analysis/regression_forest.h"
#include "client/pictures/map_axis.h"
#include "common/random.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr int kTrees = 64;
constexpr uint64_t kSeed = 1;

// A parameter as a feature of the forest.
class Coordinate {
 public:
  Coordinate(MapAxis axis, const v1::Parameter& parameter)
      : axis_(std::move(axis)) {
    if (parameter.has_double_range()) {
      Include(parameter.double_range().minimum());
      Include(parameter.double_range().maximum());
    } else if (parameter.has_integer_range()) {
      Include(static_cast<double>(parameter.integer_range().minimum()));
      Include(static_cast<double>(parameter.integer_range().maximum()));
    }
  }

  Feature ToFeature() const {
    return {axis_.scale == MapAxis::Scale::kCategories
                ? std::max(1, static_cast<int>(axis_.categories.size()))
                : 0};
  }

  void Include(const Assignments& parameters) {
    if (ToFeature().categories > 0) return;
    if (const auto value = PositionOn(axis_, parameters)) Include(*value);
  }

  // `draw`, uniform in [0, 1), says where it is for a configuration without it.
  double Of(const Assignments& parameters, double draw) const {
    const std::optional<double> value = PositionOn(axis_, parameters);
    if (const int categories = ToFeature().categories; categories > 0) {
      return value.value_or(std::floor(draw * categories));
    }
    if (!value.has_value()) return draw;
    if (!(high_ > low_)) return 0.5;
    return std::clamp((Scaled(*value) - low_) / (high_ - low_), 0.0, 1.0);
  }

 private:
  double Scaled(double value) const {
    return axis_.scale == MapAxis::Scale::kLog
               ? std::log(std::max(value, std::numeric_limits<double>::min()))
               : value;
  }
  void Include(double value) {
    low_ = std::min(low_, Scaled(value));
    high_ = std::max(high_, Scaled(value));
  }

  MapAxis axis_;
  // On the scale.
  double low_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
};

std::optional<double> MeanAccuracy(const ConfigurationResult& result) {
  if (result.accuracies.empty()) return std::nullopt;
  double sum = 0;
  for (const double accuracy : result.accuracies) sum += accuracy;
  return sum / static_cast<double>(result.accuracies.size());
}

bool HasResult(const ConfigurationResult& result) {
  return !result.accuracies.empty() || result.diverged > 0;
}

}  // namespace

absl::StatusOr<ImportanceReport> ImportanceOf(
    const v1::Search& search, const std::vector<ConfigurationResult>& results) {
  ImportanceReport report;
  double worst = 1;
  double best = 0;
  for (const ConfigurationResult& result : results) {
    if (!HasResult(result)) continue;
    ++report.configurations;
    const std::optional<double> mean = MeanAccuracy(result);
    if (!mean.has_value()) ++report.diverged;
    worst = std::min(worst, mean.value_or(worst));
    best = std::max(best, mean.value_or(best));
  }
  if (report.configurations - report.diverged < kMinConfigurations) {
    return absl::FailedPreconditionError(absl::StrCat(
        search.name(), " has ", report.configurations - report.diverged,
        " configurations with an accuracy: importance takes ",
        kMinConfigurations, " or more"));
  }
  if (!(best > worst)) {
    return absl::FailedPreconditionError(
        absl::StrCat("all configurations of ", search.name(),
                     " have the same accuracy: nothing makes a difference"));
  }

  std::vector<Coordinate> coordinates;
  std::vector<Feature> features;
  for (const v1::Parameter& parameter : search.spec().parameters()) {
    ETALON_ASSIGN_OR_RETURN(MapAxes axes,
                            ChooseAxes(search, parameter.name(), ""));
    Coordinate& coordinate =
        coordinates.emplace_back(std::move(axes.x), parameter);
    for (const ConfigurationResult& result : results) {
      coordinate.Include(result.parameters);
    }
    features.push_back(coordinate.ToFeature());
  }
  std::vector<Observed> observed;
  RandomStream random(DeriveSeed(kSeed, "left out"));
  for (const ConfigurationResult& result : results) {
    if (!HasResult(result)) continue;
    Observed& one = observed.emplace_back();
    for (const Coordinate& coordinate : coordinates) {
      one.x.push_back(coordinate.Of(result.parameters, random.NextUniform()));
    }
    one.y = MeanAccuracy(result).value_or(worst);
  }

  const Forest forest = GrowForest(features, observed, kTrees, kSeed);
  report.explained = forest.explained;
  for (const VarianceShare& share : FunctionalAnova(features, forest.trees)) {
    Importance& importance = report.importances.emplace_back();
    for (const size_t feature : share.features) {
      importance.parameters.push_back(
          search.spec().parameters(static_cast<int>(feature)).name());
    }
    importance.share = share.share;
    importance.deviation = share.deviation;
  }
  std::stable_sort(
      report.importances.begin(), report.importances.end(),
      [](const auto& a, const auto& b) { return a.share > b.share; });
  return report;
}

}  // namespace etalon
