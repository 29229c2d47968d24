#ifndef ETALON_WORKER_TRAIN_PARAMETER_H_
#define ETALON_WORKER_TRAIN_PARAMETER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"

namespace etalon::train {

// The numbers of one member in an array that a group shares, as if they were an
// array of their own; borrowed.
template <typename Scalar>
class ArrayView {
 public:
  ArrayView() = default;
  // Numbers that stand one behind the other.
  explicit ArrayView(Scalar* values) : values_(values) {}
  // Weights (outputs x inputs), row-major, in panels of inputs x `columns`:
  // output o in column `first_column` + o.
  ArrayView(Scalar* panels, Index inputs, Index columns, Index first_column)
      : values_(panels),
        inputs_(inputs),
        columns_(columns),
        first_column_(first_column) {}

  Scalar& operator[](Index i) const {
    if (inputs_ == 0) return values_[i];
    return values_[PanelOffset<Scalar>(PaddedPanelRows(inputs_), columns_,
                                       i % inputs_,
                                       first_column_ + i / inputs_)];
  }

 private:
  Scalar* values_ = nullptr;
  Index inputs_ = 0;  // 0: not in panels
  Index columns_ = 0;
  Index first_column_ = 0;
};

// An array of a network or of what an optimiser remembers by its name;
// borrowed, and valid as long as its owner.
template <typename Scalar>
struct NamedArray {
  std::string name;  // e.g. "layers.0.weight"
  std::vector<int64_t> shape;
  ArrayView<Scalar> values;  // row-major
  Index count = 0;           // the product of `shape`
};

// What a network learns, and the gradient of the mean loss with respect to it
// as Network::Differentiate left it.
template <typename Scalar>
struct Parameter : NamedArray<Scalar> {
  ArrayView<Scalar> gradient;
  // Whether the cost has lambda times its sum of squares: weights alone.
  bool penalized = false;
};

// Moves arrays or parameters to the end of `all`.
template <typename T>
void Append(std::vector<T> more, std::vector<T>& all) {
  for (T& item : more) all.push_back(std::move(item));
}

// Overwrites each of `to` with the one of `from` at its place, which has the
// same shape.
template <typename Scalar>
void CopyArrays(const std::vector<NamedArray<Scalar>>& from,
                const std::vector<NamedArray<Scalar>>& to) {
  for (size_t i = 0; i < to.size(); ++i) {
    for (Index j = 0; j < to[i].count; ++j) {
      to[i].values[j] = from[i].values[j];
    }
  }
}

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_PARAMETER_H_
