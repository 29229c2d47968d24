#include "worker/train/minibatches.h"

#include "common/random.h"

namespace etalon::train {

std::vector<uint32_t> EpochOrder(uint64_t seed, int64_t epoch, int64_t images) {
  RandomStream random(seed, static_cast<uint64_t>(epoch));
  return RandomPermutation(static_cast<uint32_t>(images), random);
}

Minibatches::Minibatches(uint64_t seed, int64_t images, int64_t batch_size,
                         int64_t first_update)
    : seed_(seed),
      images_(images),
      batch_size_(batch_size),
      epoch_(first_update / (images / batch_size)),
      position_(first_update % (images / batch_size) * batch_size),
      order_(EpochOrder(seed_, epoch_, images_)) {}

const uint32_t* Minibatches::Next() {
  if (position_ + batch_size_ > images_) {
    order_ = EpochOrder(seed_, ++epoch_, images_);
    position_ = 0;
  }
  const uint32_t* rows = order_.data() + position_;
  position_ += batch_size_;
  return rows;
}

}  // namespace etalon::train
