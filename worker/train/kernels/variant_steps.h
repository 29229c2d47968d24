#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_STEPS_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_STEPS_H_

// A part of variant.cc, which alone includes it: the rules of ColumnSteps.

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

template <typename Scalar>
using Rule = typename ColumnSteps<Scalar>::Rule;

// The coefficients of a rule for one vector of columns.
template <typename Scalar, Rule<Scalar> kRule>
struct Coefficients;

template <typename Scalar>
struct Coefficients<Scalar, Rule<Scalar>::kStore> {
  ETALON_INLINE Coefficients(const ColumnSteps<Scalar>&, Index) {}
};

template <typename Scalar>
struct Coefficients<Scalar, Rule<Scalar>::kDescent> {
  ETALON_INLINE Coefficients(const ColumnSteps<Scalar>& steps, Index column)
      : minus_eta(-Load(steps.eta + column)),
        minus_decay(-Load(steps.decay + column)) {}
  Vector<Scalar> minus_eta, minus_decay;
};

template <typename Scalar>
struct Coefficients<Scalar, Rule<Scalar>::kMomentum> {
  ETALON_INLINE Coefficients(const ColumnSteps<Scalar>& steps, Index column)
      : minus_eta(-Load(steps.eta + column)),
        penalty(Load(steps.penalty + column)),
        momentum(Load(steps.momentum + column)),
        ahead(Load(steps.ahead + column)),
        along(Load(steps.along + column)) {}
  Vector<Scalar> minus_eta, penalty, momentum, ahead, along;
};

template <typename Scalar>
struct Coefficients<Scalar, Rule<Scalar>::kAdam> {
  ETALON_INLINE Coefficients(const ColumnSteps<Scalar>& steps, Index column)
      : minus_eta(-Load(steps.eta + column)),
        minus_decay(-Load(steps.decay + column)),
        penalty(Load(steps.penalty + column)),
        first_rate(Load(steps.first_rate + column)),
        second_rate(Load(steps.second_rate + column)),
        second_scale(Load(steps.second_scale + column)),
        epsilon(Load(steps.epsilon + column)) {}
  Vector<Scalar> minus_eta, minus_decay, penalty, first_rate, second_rate,
      second_scale, epsilon;
};

// Steps the vector at `offset` of the arrays against its gradient `g` and
// returns the new values.
template <typename Scalar, Rule<Scalar> kRule>
ETALON_INLINE Vector<Scalar> Step(const Coefficients<Scalar, kRule>& c,
                                  const SteppedArrays<Scalar>& arrays,
                                  Index offset, Vector<Scalar> g) {
  if constexpr (kRule == Rule<Scalar>::kStore) {
    Store(g, arrays.first_moment + offset);
    return g;
  } else {
    Vector<Scalar> w = Load(arrays.values + offset);
    if constexpr (kRule == Rule<Scalar>::kDescent) {
      // Not w * (1 - decay): float32 rounds a small decay away.
      w = MultiplyAdd(c.minus_decay, w, w);
      w = MultiplyAdd(c.minus_eta, g, w);
    }
    if constexpr (kRule == Rule<Scalar>::kMomentum) {
      g = MultiplyAdd(c.penalty, w, g);
      const Vector<Scalar> v =
          MultiplyAdd(c.momentum, Load(arrays.first_moment + offset), g);
      Store(v, arrays.first_moment + offset);
      w = MultiplyAdd(c.minus_eta, MultiplyAdd(c.along, v, c.ahead * g), w);
    }
    if constexpr (kRule == Rule<Scalar>::kAdam) {
      g = MultiplyAdd(c.penalty, w, g);
      Vector<Scalar> m = Load(arrays.first_moment + offset);
      m = MultiplyAdd(c.first_rate, g - m, m);
      Store(m, arrays.first_moment + offset);
      Vector<Scalar> v = Load(arrays.second_moment + offset);
      v = MultiplyAdd(c.second_rate, MultiplyAdd(g, g, -v), v);
      Store(v, arrays.second_moment + offset);
      const Vector<Scalar> direction =
          m / MultiplyAdd(SquareRoot(v), c.second_scale, c.epsilon);
      w = MultiplyAdd(c.minus_decay, w, w);
      // v - v is zero, but NaN where v has overflown: a weight that no longer
      // moves must show.
      w = MultiplyAdd(c.minus_eta, direction, w) + (v - v);
    }
    Store(w, arrays.values + offset);
    return w;
  }
}

// Fetches the arrays' cache lines at `offset` that a rule steps.
template <typename Scalar, Rule<Scalar> kRule>
ETALON_INLINE void PrefetchStep(const SteppedArrays<Scalar>& arrays,
                                Index offset) {
  constexpr int kForWriting = 1;
  if constexpr (kRule != Rule<Scalar>::kStore) {
    __builtin_prefetch(arrays.values + offset, kForWriting);
  }
  if constexpr (kRule != Rule<Scalar>::kDescent) {
    __builtin_prefetch(arrays.first_moment + offset, kForWriting);
  }
  if constexpr (kRule == Rule<Scalar>::kAdam) {
    __builtin_prefetch(arrays.second_moment + offset, kForWriting);
  }
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
      Step(Coefficients<Scalar, kRule>(steps, j), values, j,
           Load(gradient + j));
    }
  });
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_STEPS_H_
