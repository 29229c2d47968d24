#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_STEPS_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_STEPS_H_

// A part of variant.cc, which alone includes it: the rules of ColumnSteps. Each
// is a class that holds the coefficients of one vector of columns, and whose
// call steps the vector at `offset` of the arrays against its gradient and
// returns the new values. kMoments is the number of its moments.

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

template <typename Scalar>
class StoreStep {
 public:
  static constexpr int kMoments = 1;
  static constexpr bool kChangesValues = false;

  ETALON_INLINE StoreStep(const ColumnSteps<Scalar>&, Index) {}

  ETALON_INLINE Vector<Scalar> operator()(const SteppedArrays<Scalar>& arrays,
                                          Index offset,
                                          Vector<Scalar> gradient) const {
    Store<Scalar>(gradient, arrays.first_moment + offset);
    return gradient;
  }
};

template <typename Scalar>
class DescentStep {
 public:
  static constexpr int kMoments = 0;
  static constexpr bool kChangesValues = true;

  ETALON_INLINE DescentStep(const ColumnSteps<Scalar>& steps, Index column)
      : minus_eta_(-Load(steps.eta + column)),
        minus_decay_(-Load(steps.decay + column)) {}

  ETALON_INLINE Vector<Scalar> operator()(const SteppedArrays<Scalar>& arrays,
                                          Index offset,
                                          Vector<Scalar> gradient) const {
    Vector<Scalar> w = Load(arrays.values + offset);
    // Not w * (1 - decay): float32 rounds a small decay away.
    w = MultiplyAdd(minus_decay_, w, w);
    w = MultiplyAdd(minus_eta_, gradient, w);
    Store<Scalar>(w, arrays.values + offset);
    return w;
  }

 private:
  Vector<Scalar> minus_eta_;
  Vector<Scalar> minus_decay_;
};

template <typename Scalar>
class MomentumStep {
 public:
  static constexpr int kMoments = 1;
  static constexpr bool kChangesValues = true;

  ETALON_INLINE MomentumStep(const ColumnSteps<Scalar>& steps, Index column)
      : minus_eta_(-Load(steps.eta + column)),
        penalty_(Load(steps.penalty + column)),
        momentum_(Load(steps.momentum + column)),
        ahead_(Load(steps.ahead + column)),
        along_(Load(steps.along + column)) {}

  ETALON_INLINE Vector<Scalar> operator()(const SteppedArrays<Scalar>& arrays,
                                          Index offset,
                                          Vector<Scalar> gradient) const {
    Vector<Scalar> w = Load(arrays.values + offset);
    const Vector<Scalar> g = MultiplyAdd(penalty_, w, gradient);
    const Vector<Scalar> v =
        MultiplyAdd(momentum_, Load(arrays.first_moment + offset), g);
    Store<Scalar>(v, arrays.first_moment + offset);
    w = MultiplyAdd(minus_eta_, MultiplyAdd(along_, v, ahead_ * g), w);
    Store<Scalar>(w, arrays.values + offset);
    return w;
  }

 private:
  Vector<Scalar> minus_eta_;
  Vector<Scalar> penalty_;
  Vector<Scalar> momentum_;
  Vector<Scalar> ahead_;
  Vector<Scalar> along_;
};

template <typename Scalar>
class AdamStep {
 public:
  static constexpr int kMoments = 2;
  static constexpr bool kChangesValues = true;

  ETALON_INLINE AdamStep(const ColumnSteps<Scalar>& steps, Index column)
      : minus_eta_(-Load(steps.eta + column)),
        minus_decay_(-Load(steps.decay + column)),
        penalty_(Load(steps.penalty + column)),
        first_rate_(Load(steps.first_rate + column)),
        second_rate_(Load(steps.second_rate + column)),
        second_scale_(Load(steps.second_scale + column)),
        epsilon_(Load(steps.epsilon + column)) {}

  ETALON_INLINE Vector<Scalar> operator()(const SteppedArrays<Scalar>& arrays,
                                          Index offset,
                                          Vector<Scalar> gradient) const {
    Vector<Scalar> w = Load(arrays.values + offset);
    const Vector<Scalar> g = MultiplyAdd(penalty_, w, gradient);
    Vector<Scalar> m = Load(arrays.first_moment + offset);
    m = MultiplyAdd(first_rate_, g - m, m);
    Store<Scalar>(m, arrays.first_moment + offset);
    Vector<Scalar> v = Load(arrays.second_moment + offset);
    v = MultiplyAdd(second_rate_, MultiplyAdd(g, g, -v), v);
    Store<Scalar>(v, arrays.second_moment + offset);
    const Vector<Scalar> direction =
        m / MultiplyAdd(SquareRoot(v), second_scale_, epsilon_);
    w = MultiplyAdd(minus_decay_, w, w);
    // v - v is zero, but NaN where v has overflown: a weight that no longer
    // moves must show.
    w = MultiplyAdd(minus_eta_, direction, w) + (v - v);
    Store<Scalar>(w, arrays.values + offset);
    return w;
  }

 private:
  Vector<Scalar> minus_eta_;
  Vector<Scalar> minus_decay_;
  Vector<Scalar> penalty_;
  Vector<Scalar> first_rate_;
  Vector<Scalar> second_rate_;
  Vector<Scalar> second_scale_;
  Vector<Scalar> epsilon_;
};

// Calls function<class of the rule>().
template <typename Scalar, typename Function>
ETALON_INLINE void DispatchRule(typename ColumnSteps<Scalar>::Rule rule,
                                const Function& function) {
  using Rule = typename ColumnSteps<Scalar>::Rule;
  switch (rule) {
    case Rule::kStore:
      return function.template operator()<StoreStep<Scalar>>();
    case Rule::kDescent:
      return function.template operator()<DescentStep<Scalar>>();
    case Rule::kMomentum:
      return function.template operator()<MomentumStep<Scalar>>();
    case Rule::kAdam:
      return function.template operator()<AdamStep<Scalar>>();
  }
}

template <typename Number>
ETALON_INLINE void PrefetchForWriting(const Number* numbers) {
  __builtin_prefetch(numbers, 1);
}

// Fetches the cache line at `offset` of every array that a step works on.
template <typename Step, typename Scalar>
ETALON_INLINE void PrefetchStep(const SteppedArrays<Scalar>& arrays,
                                Index offset) {
  if constexpr (Step::kChangesValues) {
    PrefetchForWriting(arrays.values + offset);
  }
  if constexpr (Step::kMoments > 0) {
    PrefetchForWriting(arrays.first_moment + offset);
  }
  if constexpr (Step::kMoments > 1) {
    PrefetchForWriting(arrays.second_moment + offset);
  }
}

template <typename Scalar>
void DescendVector(Index columns, const Scalar* gradient,
                   const ColumnSteps<Scalar>& steps,
                   const SteppedArrays<Scalar>& values) {
  DispatchRule<Scalar>(steps.rule, [&]<typename Step>() {
    for (Index j = 0; j < columns; j += kVectorLanes<Scalar>) {
      Step(steps, j)(values, j, Load(gradient + j));
    }
  });
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_STEPS_H_
