#ifndef ETALON_CLIENT_ANALYSIS_FUNCTIONAL_ANOVA_H_
#define ETALON_CLIENT_ANALYSIS_FUNCTIONAL_ANOVA_H_

#include <cstddef>
#include <vector>

#include "client/analysis/regression_forest.h"

namespace etalon {

// What features account for of the variance of a function.
struct VarianceShare {
  // One feature, or two: then what they do together beyond what each does.
  std::vector<size_t> features;
  // Of the variance over the whole space, in [0, 1]: the mean over the trees,
  // and their standard deviation.
  double share = 0;
  double deviation = 0;
};

// Functional ANOVA of a forest: each tree's variance over the space, all values
// of a feature equally likely, is parted exactly into that of the features'
// marginals. Source: Hutter, Hoos and Leyton-Brown, "An efficient approach for
// assessing hyperparameter importance", ICML 2014, section 3 (equations 6 to 10
// and algorithm 2). Trees that are constant say nothing and are left out; with
// no other, all shares are 0.
//
// All features in their order, then all pairs. What is missing to 1 is due to
// three features or more together. Pure.
std::vector<VarianceShare> FunctionalAnova(const std::vector<Feature>& features,
                                           const std::vector<Tree>& trees);

}  // namespace etalon

#endif  // ETALON_CLIENT_ANALYSIS_FUNCTIONAL_ANOVA_H_
