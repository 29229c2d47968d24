#include "client/analysis/functional_anova.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace etalon {
namespace {

// One feature's values in the pieces within which no leaf ends.
class Pieces {
 public:
  Pieces(const Feature& feature, size_t index, const Tree& tree)
      : index_(index) {
    if (feature.categories > 0) {
      widths_.assign(static_cast<size_t>(feature.categories),
                     1.0 / feature.categories);
      return;
    }
    for (const Leaf& leaf : tree) {
      bounds_.push_back(leaf.sides[index].low);
      bounds_.push_back(leaf.sides[index].high);
    }
    std::sort(bounds_.begin(), bounds_.end());
    bounds_.erase(std::unique(bounds_.begin(), bounds_.end()), bounds_.end());
    for (size_t i = 0; i + 1 < bounds_.size(); ++i) {
      widths_.push_back(bounds_[i + 1] - bounds_[i]);
    }
  }

  size_t size() const { return widths_.size(); }
  double width(size_t piece) const { return widths_[piece]; }

  // The leaf's pieces as runs [first, last) of them.
  std::vector<std::pair<size_t, size_t>> RunsOf(const Leaf& leaf) const {
    const Side& side = leaf.sides[index_];
    if (side.categories.empty()) {
      return {{Find(side.low), Find(side.high)}};
    }
    std::vector<std::pair<size_t, size_t>> runs;
    for (size_t i = 0; i < side.categories.size(); ++i) {
      if (side.categories[i]) runs.emplace_back(i, i + 1);
    }
    return runs;
  }

 private:
  size_t Find(double bound) const {
    return static_cast<size_t>(
        std::lower_bound(bounds_.begin(), bounds_.end(), bound) -
        bounds_.begin());
  }

  const size_t index_;
  std::vector<double> bounds_;
  std::vector<double> widths_;
};

double Volume(const Leaf& leaf) {
  double volume = 1;
  for (const Side& side : leaf.sides) volume *= side.Share();
  return volume;
}

// One tree's variances.
class TreeVariance {
 public:
  TreeVariance(const std::vector<Feature>& features, const Tree& tree)
      : tree_(tree) {
    for (size_t i = 0; i < features.size(); ++i) {
      pieces_.emplace_back(features[i], i, tree);
    }
    for (const Leaf& leaf : tree) {
      volumes_.push_back(Volume(leaf));
      mean_ += volumes_.back() * leaf.value;
    }
    for (size_t i = 0; i < tree.size(); ++i) {
      total_ += volumes_[i] * std::pow(tree[i].value - mean_, 2);
    }
  }

  double total() const { return total_; }

  // Of the marginal over one feature: equation 8.
  double Of(size_t feature) const {
    const Pieces& pieces = pieces_[feature];
    // Differences from one piece to the next.
    std::vector<double> marginal(pieces.size() + 1);
    for (size_t l = 0; l < tree_.size(); ++l) {
      const double weight = Weight(l, {feature});
      for (const auto& [first, last] : pieces.RunsOf(tree_[l])) {
        marginal[first] += weight;
        marginal[last] -= weight;
      }
    }
    double variance = 0;
    double value = 0;
    for (size_t i = 0; i < pieces.size(); ++i) {
      value += marginal[i];
      variance += pieces.width(i) * value * value;
    }
    return variance;
  }

  // Of the marginal over two, what each does alone included.
  double Of(size_t a, size_t b) const {
    const Pieces& rows = pieces_[a];
    const Pieces& columns = pieces_[b];
    const size_t width = columns.size() + 1;
    // Differences along both, so that a leaf costs its corners only.
    std::vector<double> marginal((rows.size() + 1) * width);
    for (size_t l = 0; l < tree_.size(); ++l) {
      const double weight = Weight(l, {a, b});
      for (const auto& [top, bottom] : rows.RunsOf(tree_[l])) {
        for (const auto& [left, right] : columns.RunsOf(tree_[l])) {
          marginal[top * width + left] += weight;
          marginal[top * width + right] -= weight;
          marginal[bottom * width + left] -= weight;
          marginal[bottom * width + right] += weight;
        }
      }
    }
    double variance = 0;
    std::vector<double> above(columns.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      double along = 0;
      for (size_t j = 0; j < columns.size(); ++j) {
        along += marginal[i * width + j];
        above[j] += along;
        variance += rows.width(i) * columns.width(j) * above[j] * above[j];
      }
    }
    return variance;
  }

 private:
  // What the leaf adds to the marginal of these features where it holds their
  // values, less the mean.
  double Weight(size_t leaf, const std::vector<size_t>& features) const {
    double others = volumes_[leaf];
    for (const size_t feature : features) {
      others /= tree_[leaf].sides[feature].Share();
    }
    return others * (tree_[leaf].value - mean_);
  }

  const Tree& tree_;
  std::vector<Pieces> pieces_;
  std::vector<double> volumes_;
  double mean_ = 0;
  double total_ = 0;
};

void Summarize(const std::vector<double>& shares, VarianceShare& into) {
  if (shares.empty()) return;
  const auto n = static_cast<double>(shares.size());
  for (const double share : shares) into.share += share / n;
  double squares = 0;
  for (const double share : shares) squares += std::pow(share - into.share, 2);
  into.deviation = shares.size() > 1 ? std::sqrt(squares / (n - 1)) : 0;
}

}  // namespace

std::vector<VarianceShare> FunctionalAnova(const std::vector<Feature>& features,
                                           const std::vector<Tree>& trees) {
  std::vector<VarianceShare> shares;
  for (size_t i = 0; i < features.size(); ++i) shares.push_back({{i}});
  for (size_t i = 0; i < features.size(); ++i) {
    for (size_t j = i + 1; j < features.size(); ++j) shares.push_back({{i, j}});
  }
  // For each of `shares`, one for each tree.
  std::vector<std::vector<double>> of_trees(shares.size());
  for (const Tree& tree : trees) {
    const TreeVariance variance(features, tree);
    if (!(variance.total() > 0)) continue;
    std::vector<double> alone;
    for (size_t i = 0; i < features.size(); ++i) {
      alone.push_back(variance.Of(i));
    }
    for (size_t s = 0; s < shares.size(); ++s) {
      const std::vector<size_t>& of = shares[s].features;
      const double its = of.size() == 1 ? alone[of[0]]
                                        : variance.Of(of[0], of[1]) -
                                              alone[of[0]] - alone[of[1]];
      of_trees[s].push_back(std::max(0.0, its / variance.total()));
    }
  }
  for (size_t s = 0; s < shares.size(); ++s) Summarize(of_trees[s], shares[s]);
  return shares;
}

}  // namespace etalon
