#ifndef ETALON_COMMON_RANDOM_H_
#define ETALON_COMMON_RANDOM_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "absl/strings/string_view.h"

namespace etalon {

// Philox4x32-10, a counter-based generator: a keyed bijection of 128-bit
// counters, so that draw n of a stream needs none of the draws before it.
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011, section 3.3; checked against its known-answer vectors.
std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter,
                                   std::array<uint32_t, 2> key);

// A seed in [0, 2^63), so that it fits SQLite's signed integers, derived from
// `seed`, a purpose and any number of indices. Different arguments give
// independent streams; the same arguments give the same seed on any machine.
uint64_t DeriveSeed(uint64_t seed, absl::string_view purpose,
                    std::initializer_list<uint64_t> indices = {});

// A stream of random numbers: (seed, stream) name it, and its n-th draw is a
// pure function of them and n. Copyable; not thread-safe; never blocks.
class RandomStream {
 public:
  explicit RandomStream(uint64_t seed, uint64_t stream = 0)
      : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
        stream_(stream) {}

  uint32_t NextUint32();
  uint64_t NextUint64();
  // Uniform in [0, 1), a multiple of 2^-53.
  double NextUniform();
  // Uniform in [0, bound) without bias (Lemire, "Fast random integer generation
  // in an interval", 2019, algorithm 5); `bound` is at least 1.
  uint32_t NextBelow(uint32_t bound);
  // Standard normal, by the Box-Muller transform, two uniforms a pair.
  double NextNormal();

 private:
  std::array<uint32_t, 2> key_;
  uint64_t stream_;
  uint64_t block_ = 0;
  std::array<uint32_t, 4> buffer_{};
  int buffered_ = 0;
  double spare_normal_ = 0;
  bool has_spare_normal_ = false;
};

// A uniformly random permutation of 0 ... n-1 (Fisher-Yates).
std::vector<uint32_t> RandomPermutation(uint32_t n, RandomStream& random);

}  // namespace etalon

#endif  // ETALON_COMMON_RANDOM_H_
