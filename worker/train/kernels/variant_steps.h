#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_STEPS_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_STEPS_H_

// A part of variant.cc, which alone includes it: the rules of ColumnSteps.

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

template <typename Scalar>
using Rule = typename ColumnSteps<Scalar>::Rule;

// One vector's step against its gradient `g`: the numbers at `offset` of the
// arrays, which belong to the columns from `column`. Returns the new values.
template <typename Scalar, Rule<Scalar> kRule>
ETALON_INLINE Vector<Scalar> Step(const ColumnSteps<Scalar>& steps,
                                  Index column,
                                  const SteppedArrays<Scalar>& arrays,
                                  Index offset, Vector<Scalar> g) {
  const auto of_columns = [column](const Scalar* coefficients) {
    return Load(coefficients + column);
  };
  Vector<Scalar> w = Load(arrays.values + offset);
  if constexpr (kRule == Rule<Scalar>::kStore) {
    Store(g, arrays.first_moment + offset);
    return w;
  }
  if constexpr (kRule == Rule<Scalar>::kDescent) {
    // Not w * (1 - decay): float32 rounds a small decay away.
    w = MultiplyAdd(-of_columns(steps.decay), w, w);
    w = MultiplyAdd(-of_columns(steps.eta), g, w);
  }
  if constexpr (kRule == Rule<Scalar>::kMomentum) {
    g = MultiplyAdd(of_columns(steps.penalty), w, g);
    Vector<Scalar> v = Load(arrays.first_moment + offset);
    v = MultiplyAdd(of_columns(steps.momentum), v, g);
    Store(v, arrays.first_moment + offset);
    const Vector<Scalar> direction =
        MultiplyAdd(of_columns(steps.along), v, of_columns(steps.ahead) * g);
    w = MultiplyAdd(-of_columns(steps.eta), direction, w);
  }
  if constexpr (kRule == Rule<Scalar>::kAdam) {
    g = MultiplyAdd(of_columns(steps.penalty), w, g);
    Vector<Scalar> m = Load(arrays.first_moment + offset);
    m = MultiplyAdd(of_columns(steps.first_rate), g - m, m);
    Store(m, arrays.first_moment + offset);
    Vector<Scalar> v = Load(arrays.second_moment + offset);
    v = MultiplyAdd(of_columns(steps.second_rate), MultiplyAdd(g, g, -v), v);
    Store(v, arrays.second_moment + offset);
    const Vector<Scalar> direction =
        m / MultiplyAdd(SquareRoot(v), of_columns(steps.second_scale),
                        of_columns(steps.epsilon));
    w = MultiplyAdd(-of_columns(steps.decay), w, w);
    // v - v is zero, but NaN where v has overflown: a weight that no longer
    // moves must show.
    w = MultiplyAdd(-of_columns(steps.eta), direction, w) + (v - v);
  }
  Store(w, arrays.values + offset);
  return w;
}

// Calls function<rule>().
template <typename Scalar, typename Function>
ETALON_INLINE void DispatchRule(Rule<Scalar> rule, const Function& function) {
  switch (rule) {
    case Rule<Scalar>::kStore:
      return function.template operator()<Rule<Scalar>::kStore>();
    case Rule<Scalar>::kDescent:
      return function.template operator()<Rule<Scalar>::kDescent>();
    case Rule<Scalar>::kMomentum:
      return function.template operator()<Rule<Scalar>::kMomentum>();
    case Rule<Scalar>::kAdam:
      return function.template operator()<Rule<Scalar>::kAdam>();
  }
}

template <typename Scalar>
void DescendVector(Index columns, const Scalar* gradient,
                   const ColumnSteps<Scalar>& steps,
                   const SteppedArrays<Scalar>& values) {
  DispatchRule<Scalar>(steps.rule, [&]<Rule<Scalar> kRule>() {
    for (Index j = 0; j < columns; j += kVectorLanes<Scalar>) {
      Step<Scalar, kRule>(steps, j, values, j, Load(gradient + j));
    }
  });
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_STEPS_H_
