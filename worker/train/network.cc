#include "worker/train/network.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace etalon::train {
namespace {

std::string Prefix(size_t block) { return absl::StrCat("layers.", block, "."); }

}  // namespace

template <typename Scalar>
Network<Scalar>::Network(const Kernels<Scalar>& kernels, Index features,
                         const std::vector<NetworkSpec>& members, Index classes,
                         Index max_rows, StepRule<Scalar> rule)
    : kernels_(kernels),
      members_(static_cast<Index>(members.size())),
      specs_(members),
      rule_(rule),
      tallies_(members.size()) {
  AffineShape shape = {.inputs = features,
                       .outputs = classes,
                       .members = members_,
                       .shared_input = true};
  for (const int64_t units : members.front().hidden) {
    shape.outputs = units;
    blocks_.emplace_back(kernels, shape, specs_, /*is_last=*/false, rule,
                         max_rows);
    gradients_.emplace_back(max_rows * blocks_.back().columns().width);
    shape.inputs = units;
    shape.shared_input = false;
  }
  shape.outputs = classes;
  blocks_.emplace_back(kernels, shape, specs_, /*is_last=*/true, rule,
                       max_rows);
  inputs_.resize(blocks_.size());
}

template <typename Scalar>
void Network<Scalar>::Initialize(const std::vector<uint64_t>& seeds) {
  for (size_t l = 0; l < blocks_.size(); ++l) {
    for (Index t = 0; t < members_; ++t) {
      const size_t member = static_cast<size_t>(t);
      blocks_[l].Initialize(t, specs_[member].init, seeds[member], l);
    }
  }
  RefreshCopies();
}

template <typename Scalar>
void Network<Scalar>::RefreshCopies() {
  for (Block<Scalar>& block : blocks_) block.RefreshCopies();
}

template <typename Scalar>
const std::byte* Network<Scalar>::Input(const Batch& batch, size_t block) {
  inputs_[block] =
      block == 0 ? batch.inputs
                 : blocks_[block].PackInput(batch.rows, blocks_[block - 1]);
  return inputs_[block];
}

template <typename Scalar>
const std::vector<Tally>& Network<Scalar>::Evaluate(const Batch& batch) {
  for (size_t l = 0; l < blocks_.size(); ++l) {
    blocks_[l].ForwardInEvaluation(batch.rows, Input(batch, l));
  }
  return Loss(batch);
}

template <typename Scalar>
const std::vector<Tally>& Network<Scalar>::TrainingLoss(
    const Batch& batch, const std::vector<uint64_t>& dropout_seeds) {
  for (size_t l = 0; l < blocks_.size(); ++l) {
    blocks_[l].ForwardInTraining(batch.rows, Input(batch, l), dropout_seeds, l);
  }
  return Loss(batch);
}

template <typename Scalar>
const std::vector<Tally>& Network<Scalar>::Loss(const Batch& batch) {
  Block<Scalar>& last = blocks_.back();
  const Columns& columns = last.columns();
  const Scalar share = Scalar{1} / static_cast<Scalar>(batch.rows);
  for (Index t = 0; t < members_; ++t) {
    tallies_[static_cast<size_t>(t)] = kernels_.softmax_cross_entropy(
        batch.rows, columns.units, columns.width, batch.labels, share,
        last.output() + columns.First(t));
  }
  return tallies_;
}

template <typename Scalar>
bool Network<Scalar>::AllDiverged() const {
  return std::none_of(tallies_.begin(), tallies_.end(), [](const Tally& tally) {
    return std::isfinite(tally.loss_sum);
  });
}

template <typename Scalar>
const std::vector<Tally>& Network<Scalar>::Step(
    const Batch& batch, const std::vector<uint64_t>& dropout_seeds,
    const std::vector<MemberStep>& steps) {
  TrainingLoss(batch, dropout_seeds);
  if (AllDiverged()) return tallies_;
  for (Block<Scalar>& block : blocks_) block.UpdateStatistics(batch.rows);
  for (size_t l = blocks_.size(); l-- > 0;) {
    // The gradient comes first: it needs the weights from before the step.
    if (l > 0) {
      blocks_[l].BackwardToInput(batch.rows, Gradient(l), blocks_[l - 1],
                                 Gradient(l - 1));
      blocks_[l - 1].BackwardToAffine(batch.rows, Gradient(l - 1));
    }
    blocks_[l].Step(batch.rows, inputs_[l], Gradient(l), steps);
  }
  return tallies_;
}

template <typename Scalar>
std::vector<Parameter<Scalar>> Network<Scalar>::Parameters(Index member) {
  std::vector<Parameter<Scalar>> all;
  for (size_t l = 0; l < blocks_.size(); ++l) {
    Append(blocks_[l].Parameters(member, Prefix(l)), all);
  }
  return all;
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> Network<Scalar>::Statistics(Index member) {
  std::vector<NamedArray<Scalar>> all;
  for (size_t l = 0; l < blocks_.size(); ++l) {
    Append(blocks_[l].Statistics(member, Prefix(l)), all);
  }
  return all;
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> Network<Scalar>::State(Index member) {
  std::vector<NamedArray<Scalar>> all;
  for (Parameter<Scalar>& parameter : Parameters(member)) {
    all.push_back(std::move(parameter));
  }
  Append(Statistics(member), all);
  return all;
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> Network<Scalar>::Moments(Index member) {
  const int count =
      rule_ == StepRule<Scalar>::kStore ? 0 : MomentCount<Scalar>(rule_);
  const char* const first = count > 1 ? ".first_moment" : ".momentum";
  std::vector<NamedArray<Scalar>> all;
  for (size_t l = 0; count > 0 && l < blocks_.size(); ++l) {
    Append(blocks_[l].FirstMoments(member, Prefix(l), first), all);
  }
  for (size_t l = 0; count > 1 && l < blocks_.size(); ++l) {
    Append(blocks_[l].SecondMoments(member, Prefix(l), ".second_moment"), all);
  }
  return all;
}

template <typename Scalar>
std::vector<double> Network<Scalar>::SquaredWeights() const {
  std::vector<double> sums(static_cast<size_t>(members_));
  for (const Block<Scalar>& block : blocks_) block.AddSquaredWeights(sums);
  return sums;
}

template class Network<float>;
template class Network<double>;

}  // namespace etalon::train
