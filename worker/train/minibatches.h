#ifndef ETALON_WORKER_TRAIN_MINIBATCHES_H_
#define ETALON_WORKER_TRAIN_MINIBATCHES_H_

#include <cstdint>
#include <vector>

namespace etalon::train {

// The order in which epoch `epoch` = 0, 1, ... goes through `images` images: a
// uniformly random permutation, a pure function of the arguments.
std::vector<uint32_t> EpochOrder(uint64_t seed, int64_t epoch, int64_t images);

// Walks through the minibatches of a training part, epoch after epoch. The
// images past an epoch's last full batch sit it out; another order's turn comes
// with the next. Not thread-safe.
class Minibatches {
 public:
  // `batch_size` is from 1 to `images`. The first minibatch is that of update
  // `first_update` = 0, 1, ...
  Minibatches(uint64_t seed, int64_t images, int64_t batch_size,
              int64_t first_update = 0);

  // Rows of the next minibatch, batch_size of them, valid until the next call.
  const uint32_t* Next();

 private:
  const uint64_t seed_;
  const int64_t images_;
  const int64_t batch_size_;
  int64_t epoch_;     // of order_
  int64_t position_;  // in order_, of the next minibatch
  std::vector<uint32_t> order_;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_MINIBATCHES_H_
