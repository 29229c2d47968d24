#include "worker/train/layers/dropout.h"

#include "common/random.h"

namespace etalon::train {

template <typename Scalar>
Dropout<Scalar>::Dropout(const Kernels<Scalar>& kernels, double share,
                         Index max_count)
    : kernels_(&kernels), share_(share), factors_(max_count) {}

template <typename Scalar>
void Dropout<Scalar>::Forward(Index count, uint64_t seed, uint64_t stream,
                              Scalar* values) {
  // A unit drops where a uniform 32-bit number is below this.
  const auto bound = static_cast<uint64_t>(share_ * 4294967296.0);
  const auto kept = static_cast<Scalar>(1 / (1 - share_));
  RandomStream random(seed, stream);
  for (Index i = 0; i < count; ++i) {
    factors_[i] = random.NextUint32() < bound ? Scalar{0} : kept;
  }
  kernels_->multiply(count, factors_.data(), values);
}

template class Dropout<float>;
template class Dropout<double>;

}  // namespace etalon::train
