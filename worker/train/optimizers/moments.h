#ifndef ETALON_WORKER_TRAIN_OPTIMIZERS_MOMENTS_H_
#define ETALON_WORKER_TRAIN_OPTIMIZERS_MOMENTS_H_

#include <string>
#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/parameter.h"

namespace etalon::train {

// One array as large as each parameter, zero at first: an average of something
// over the updates so far. Not thread-safe.
template <typename Scalar>
class Moments {
 public:
  // `name` is what the average is of ("momentum").
  Moments(const std::vector<Parameter<Scalar>>& parameters, std::string name);

  // Of the parameter with this index.
  Scalar* operator[](size_t parameter) { return arrays_[parameter].values; }

  // Named "PARAMETER.name".
  const std::vector<NamedArray<Scalar>>& arrays() const { return arrays_; }

 private:
  std::vector<AlignedArray<Scalar>> values_;
  std::vector<NamedArray<Scalar>> arrays_;
};

template <typename Scalar>
Moments<Scalar>::Moments(const std::vector<Parameter<Scalar>>& parameters,
                         std::string name) {
  values_.reserve(parameters.size());
  for (const Parameter<Scalar>& parameter : parameters) {
    values_.emplace_back(parameter.count);
    arrays_.push_back({parameter.name + "." + name, parameter.shape,
                       values_.back().data(), parameter.count});
  }
}

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_OPTIMIZERS_MOMENTS_H_
