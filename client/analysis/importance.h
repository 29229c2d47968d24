#ifndef ETALON_CLIENT_ANALYSIS_IMPORTANCE_H_
#define ETALON_CLIENT_ANALYSIS_IMPORTANCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/pictures/map_points.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// What one parameter, or two together beyond what each does, account for.
struct Importance {
  std::vector<std::string> parameters;
  // Of the variance of the validation accuracy over the whole space: mean over
  // the trees of a forest, and their deviation.
  double share = 0;
  double deviation = 0;
};

struct ImportanceReport {
  // Largest share first.
  std::vector<Importance> importances;
  // That it is taken from, those that diverged among them.
  int configurations = 0;
  int diverged = 0;
  // How much of the variance the forest explains of configurations that it has
  // not seen; 0 or less: the shares mean nothing.
  double explained = 0;
};

// Below so many there is nothing to learn from.
inline constexpr int kMinConfigurations = 10;

// By functional ANOVA over a random forest (functional_anova.h), over the
// ranges that `search` declares, widened to all that was tried, each on its
// scale. A configuration's accuracy is the mean of its replicates; one whose
// replicates all diverged has the worst of all, one without a result does not
// count. A parameter that a condition leaves out makes no difference there: it
// counts as if drawn at random, by a fixed seed. (A default in its place, as
// others have it, gathers all such configurations in one point, where trees
// take the condition's work for the parameter's.) Pure. FAILED_PRECONDITION:
// fewer than kMinConfigurations have a result, or all have the same.
absl::StatusOr<ImportanceReport> ImportanceOf(
    const v1::Search& search, const std::vector<ConfigurationResult>& results);

}  // namespace etalon

#endif  // ETALON_CLIENT_ANALYSIS_IMPORTANCE_H_
