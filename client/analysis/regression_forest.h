#ifndef ETALON_CLIENT_ANALYSIS_REGRESSION_FOREST_H_
#define ETALON_CLIENT_ANALYSIS_REGRESSION_FOREST_H_

#include <cstdint>
#include <vector>

namespace etalon {

// What an observation is described by.
struct Feature {
  // 0: a number in [0, 1]; else categories 0 to categories - 1.
  int categories = 0;
};

struct Observed {
  // One for each feature: the number, or the category's index.
  std::vector<double> x;
  double y = 0;
};

// The values of one feature that a leaf holds.
struct Side {
  // Of a number: [low, high).
  double low = 0;
  double high = 1;
  // Of categories: whether each belongs to it.
  std::vector<bool> categories;

  bool Holds(double value) const;
  // Of all values of the feature, (0, 1].
  double Share() const;
};

// A box of the space, and the mean of what was observed in it.
struct Leaf {
  std::vector<Side> sides;
  double value = 0;

  bool Holds(const std::vector<double>& x) const;
};

// A regression tree as its leaves, which part the space among them.
using Tree = std::vector<Leaf>;

// A random forest (Breiman, "Random forests", Machine Learning 45, 2001) as
// Hutter, Hoos and Leyton-Brown grow it for functional ANOVA ("An efficient
// approach for assessing hyperparameter importance", ICML 2014, section 3.1):
// each tree from a bootstrap sample; at each node five sixths of the features,
// drawn anew, of which the split that lowers the sum of squares most is taken,
// at a random place between its two neighbours; no leaf of fewer than three.
// Categories are split in the order of their means in the node, among which the
// best split is (Breiman and others, "Classification and regression trees",
// 1984, section 8.8).
struct Forest {
  std::vector<Tree> trees;
  // The share of the variance that the forest explains of observations that the
  // trees have not seen (out of bag): 1 all, 0 or less nothing.
  double explained = 0;
};

// Pure: the same arguments give the same forest on any machine. `observed` has
// at least two; more than 2000 are thinned out to so many by a fixed draw.
Forest GrowForest(const std::vector<Feature>& features,
                  const std::vector<Observed>& observed, int trees,
                  uint64_t seed);

}  // namespace etalon

#endif  // ETALON_CLIENT_ANALYSIS_REGRESSION_FOREST_H_
