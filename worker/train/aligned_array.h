#ifndef ETALON_WORKER_TRAIN_ALIGNED_ARRAY_H_
#define ETALON_WORKER_TRAIN_ALIGNED_ARRAY_H_

#include <cstddef>
#include <new>
#include <vector>

namespace etalon::train {

// Allocates on cache lines. Vectorised loops start at a multiple of the
// vector's length, so alignment left to chance would change the order of sums,
// and with it their last bits, from run to run.
template <typename T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};

  CacheLineAllocator() = default;
  template <typename U>
  // NOLINTNEXTLINE(google-explicit-constructor): containers convert it.
  CacheLineAllocator(const CacheLineAllocator<U>&) {}

  T* allocate(std::size_t n) {
    return static_cast<T*>(::operator new(n * sizeof(T), kAlignment));
  }
  void deallocate(T* p, std::size_t) { ::operator delete(p, kAlignment); }

  template <typename U>
  bool operator==(const CacheLineAllocator<U>&) const {
    return true;
  }
};

template <typename T>
using AlignedArray = std::vector<T, CacheLineAllocator<T>>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_ALIGNED_ARRAY_H_
