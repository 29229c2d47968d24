#include "worker/train/optimizers/step_table.h"

#include <algorithm>

namespace etalon::train {

template <typename Scalar>
StepTable<Scalar>::StepTable(const Columns& columns, StepRule<Scalar> rule)
    : columns_(columns),
      rule_(rule),
      eta_(columns.width),
      decay_(columns.width),
      penalty_(columns.width),
      momentum_(columns.width),
      ahead_(columns.width),
      along_(columns.width),
      first_rate_(columns.width),
      second_rate_(columns.width),
      second_scale_(columns.width),
      epsilon_(columns.width),
      zero_(columns.width) {}

template <typename Scalar>
void StepTable<Scalar>::Set(const std::vector<MemberStep>& steps) {
  const auto spread = [&](double MemberStep::* number,
                          AlignedArray<Scalar>& array) {
    for (Index t = 0; t < columns_.members; ++t) {
      const auto last = t + 1 == columns_.members
                            ? array.end()
                            : array.begin() + columns_.First(t + 1);
      std::fill(array.begin() + columns_.First(t), last,
                static_cast<Scalar>(steps[static_cast<size_t>(t)].*number));
    }
  };
  spread(&MemberStep::eta, eta_);
  spread(&MemberStep::decay, decay_);
  if (rule_ == StepRule<Scalar>::kDescent) return;
  spread(&MemberStep::penalty, penalty_);
  spread(&MemberStep::momentum, momentum_);
  spread(&MemberStep::ahead, ahead_);
  spread(&MemberStep::along, along_);
  spread(&MemberStep::first_rate, first_rate_);
  spread(&MemberStep::second_rate, second_rate_);
  spread(&MemberStep::second_scale, second_scale_);
  spread(&MemberStep::epsilon, epsilon_);
}

template <typename Scalar>
ColumnSteps<Scalar> StepTable<Scalar>::Penalized(Index first) const {
  ColumnSteps<Scalar> steps;
  steps.rule = rule_;
  steps.eta = eta_.data() + first;
  steps.decay = decay_.data() + first;
  steps.penalty = penalty_.data() + first;
  steps.momentum = momentum_.data() + first;
  steps.ahead = ahead_.data() + first;
  steps.along = along_.data() + first;
  steps.first_rate = first_rate_.data() + first;
  steps.second_rate = second_rate_.data() + first;
  steps.second_scale = second_scale_.data() + first;
  steps.epsilon = epsilon_.data() + first;
  return steps;
}

template <typename Scalar>
ColumnSteps<Scalar> StepTable<Scalar>::Unpenalized() const {
  ColumnSteps<Scalar> steps = Penalized(0);
  steps.decay = zero_.data();
  steps.penalty = zero_.data();
  return steps;
}

template class StepTable<float>;
template class StepTable<double>;

}  // namespace etalon::train
