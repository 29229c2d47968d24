#include "worker/train/layers/dropout.h"

#include <utility>

#include "common/random.h"

namespace etalon::train {

template <typename Scalar>
Dropout<Scalar>::Dropout(const Kernels<Scalar>& kernels, const Columns& columns,
                         std::vector<double> shares, Index max_rows)
    : kernels_(&kernels),
      columns_(columns),
      shares_(std::move(shares)),
      factors_(max_rows * columns.width, Scalar{1}) {}

template <typename Scalar>
void Dropout<Scalar>::Forward(Index rows, const std::vector<uint64_t>& seeds,
                              uint64_t stream, Scalar* values) {
  for (Index t = 0; t < columns_.members; ++t) {
    const double share = shares_[static_cast<size_t>(t)];
    if (share == 0) continue;
    // A unit drops where a uniform 32-bit number is below this.
    const auto bound = static_cast<uint64_t>(share * 4294967296.0);
    const auto kept = static_cast<Scalar>(1 / (1 - share));
    RandomStream random(seeds[static_cast<size_t>(t)], stream);
    for (Index i = 0; i < rows; ++i) {
      Scalar* const row =
          factors_.data() + i * columns_.width + columns_.First(t);
      for (Index j = 0; j < columns_.units; ++j) {
        row[j] = random.NextUint32() < bound ? Scalar{0} : kept;
      }
    }
  }
  kernels_->multiply_elements(rows * columns_.width, factors_.data(), values);
}

template class Dropout<float>;
template class Dropout<double>;

}  // namespace etalon::train
