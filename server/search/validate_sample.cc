#include "server/search/validate_sample.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/nearest_name.h"
#include "server/search/space.h"

namespace etalon {
namespace {

using Grid = v1::Sample::Grid;

// The fewest that recombination has two parents of.
constexpr int kMinPopulation = 4;

// The points that are asked for by name.
absl::Status ValidateNamedPoints(const std::string& path, const Grid& grid,
                                 absl::Span<const v1::Parameter> declared) {
  if (grid.points_size() > kMaxParameters) {
    return PastLimit(path, absl::StrCat(grid.points_size(), " entries"),
                     absl::StrCat(kMaxParameters));
  }
  std::vector<std::string> names;
  for (const v1::Parameter& parameter : declared) {
    names.push_back(parameter.name());
  }
  std::set<std::string> seen;
  for (int i = 0; i < grid.points_size(); ++i) {
    const Grid::Points& points = grid.points(i);
    const std::string element = absl::StrCat(path, "[", i, "]");
    const std::string name_path = absl::StrCat(element, ".parameter");
    const std::string count_path = absl::StrCat(element, ".count");
    const auto name = std::find(names.begin(), names.end(), points.parameter());
    if (name == names.end()) {
      return InvalidField(
          name_path,
          absl::StrCat(Quote(points.parameter()),
                       " is no parameter of the search; did you mean ",
                       Quote(NearestName(points.parameter(), names)), "?"));
    }
    if (!seen.insert(points.parameter()).second) {
      return InvalidField(name_path, absl::StrCat(Quote(points.parameter()),
                                                  " is there twice; name each "
                                                  "parameter once"));
    }
    const v1::Parameter& parameter =
        declared[static_cast<size_t>(name - names.begin())];
    if (!IsNumeric(parameter)) {
      return InvalidField(name_path,
                          absl::StrCat(Quote(points.parameter()),
                                       " has categories, all of which a grid "
                                       "has; leave it out"));
    }
    ETALON_RETURN_IF_ERROR(
        CheckCount(count_path, points.count(), 1, kMaxTrials));
    if (parameter.has_integer_range() &&
        points.count() > ValueCount(parameter)) {
      return InvalidField(
          count_path,
          absl::StrCat(points.count(), " points of a range that has ",
                       ValueCount(parameter), " integers; use at most these"));
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateGrid(const std::string& path, const Grid& grid,
                          absl::Span<const v1::Parameter> declared) {
  ETALON_RETURN_IF_ERROR(
      ValidateNamedPoints(absl::StrCat(path, ".points"), grid, declared));
  const std::string count_path = absl::StrCat(path, ".points_per_parameter");
  const bool all_named = std::all_of(
      declared.begin(), declared.end(), [&grid](const v1::Parameter& p) {
        return !IsNumeric(p) ||
               std::any_of(grid.points().begin(), grid.points().end(),
                           [&p](const Grid::Points& points) {
                             return points.parameter() == p.name();
                           });
      });
  return CheckCount(count_path, grid.points_per_parameter(), all_named ? 0 : 1,
                    kMaxTrials);
}

absl::Status ValidateModelBased(const std::string& path,
                                const v1::Sample::ModelBased& model,
                                int most_configurations) {
  ETALON_RETURN_IF_ERROR(CheckCount(absl::StrCat(path, ".count"), model.count(),
                                    1, most_configurations));
  if (model.has_startup() &&
      (model.startup() < 1 || model.startup() > model.count())) {
    return InvalidField(
        absl::StrCat(path, ".startup"),
        absl::StrCat(model.startup(), " of ", model.count(),
                     " configurations; use 1 to ", model.count()));
  }
  if (!model.has_look_ahead()) return absl::OkStatus();
  return CheckCount(absl::StrCat(path, ".look_ahead"), model.look_ahead(), 1,
                    kMaxLookAhead);
}

absl::Status ValidateCmaEs(const std::string& path,
                           const v1::Sample::CmaEs& cma_es,
                           absl::Span<const v1::Parameter> declared) {
  ETALON_RETURN_IF_ERROR(CheckCount(absl::StrCat(path, ".count"),
                                    cma_es.count(), 1,
                                    kMaxCmaEsConfigurations));
  if (cma_es.has_population()) {
    ETALON_RETURN_IF_ERROR(CheckCount(absl::StrCat(path, ".population"),
                                      cma_es.population(), kMinPopulation,
                                      kMaxLookAhead));
  }
  bool moves = false;
  for (const v1::Parameter& parameter : declared) {
    if (ValueCount(parameter) <= 1) continue;
    if (!IsNumeric(parameter)) {
      return InvalidField(path,
                          absl::StrCat(Quote(parameter.name()),
                                       " is a choice, and cma_es moves numbers "
                                       "alone; use tpe or gaussian_process, or "
                                       "give it one value"));
    }
    moves = true;
  }
  if (moves) return absl::OkStatus();
  return InvalidField(path,
                      "every parameter has one value; give cma_es a range");
}

}  // namespace

absl::Status ValidateSample(const std::string& path, const v1::Sample& sample,
                            absl::Span<const v1::Parameter> declared) {
  switch (sample.method_case()) {
    case v1::Sample::kRandom:
      return CheckCount(absl::StrCat(path, ".random.count"),
                        sample.random().count(), 1, kMaxTrials);
    case v1::Sample::kGrid:
      return ValidateGrid(absl::StrCat(path, ".grid"), sample.grid(), declared);
    case v1::Sample::kSobol:
      return CheckCount(absl::StrCat(path, ".sobol.count"),
                        sample.sobol().count(), 1, kMaxTrials);
    case v1::Sample::kLatinHypercube:
      return CheckCount(absl::StrCat(path, ".latin_hypercube.count"),
                        sample.latin_hypercube().count(), 1, kMaxTrials);
    case v1::Sample::kTpe:
      return ValidateModelBased(absl::StrCat(path, ".tpe"), sample.tpe(),
                                kMaxTpeConfigurations);
    case v1::Sample::kGaussianProcess:
      return ValidateModelBased(absl::StrCat(path, ".gaussian_process"),
                                sample.gaussian_process(),
                                kMaxGaussianProcessConfigurations);
    case v1::Sample::kCmaEs:
      return ValidateCmaEs(absl::StrCat(path, ".cma_es"), sample.cma_es(),
                           declared);
    case v1::Sample::METHOD_NOT_SET:
      break;
  }
  return InvalidField(path,
                      "has no method; use random, grid, sobol, "
                      "latin_hypercube, tpe, gaussian_process or cma_es");
}

}  // namespace etalon
