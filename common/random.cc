#include "common/random.h"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace etalon {

std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter,
                                   std::array<uint32_t, 2> key) {
  constexpr uint64_t kMultiplier0 = 0xD2511F53;
  constexpr uint64_t kMultiplier1 = 0xCD9E8D57;
  constexpr uint32_t kWeyl0 = 0x9E3779B9;  // golden ratio
  constexpr uint32_t kWeyl1 = 0xBB67AE85;  // sqrt(3) - 1
  constexpr int kRounds = 10;
  for (int round = 0; round < kRounds; ++round) {
    const uint64_t product0 = kMultiplier0 * counter[0];
    const uint64_t product1 = kMultiplier1 * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(product0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

namespace {

// Folds one 64-bit word into a running 64-bit value through the generator
// itself, which mixes as well as a hash needs to.
uint64_t Fold(uint64_t state, uint64_t word) {
  const std::array<uint32_t, 4> out = Philox4x32(
      {static_cast<uint32_t>(word), static_cast<uint32_t>(word >> 32),
       0x6574616cU, 0x6f6e0001U},
      {static_cast<uint32_t>(state), static_cast<uint32_t>(state >> 32)});
  return static_cast<uint64_t>(out[1]) << 32 | out[0];
}

}  // namespace

uint64_t DeriveSeed(uint64_t seed, absl::string_view purpose,
                    std::initializer_list<uint64_t> indices) {
  uint64_t state = Fold(seed, purpose.size());
  for (const char c : purpose) state = Fold(state, static_cast<uint8_t>(c));
  state = Fold(state, indices.size());
  for (const uint64_t index : indices) state = Fold(state, index);
  return state >> 1;
}

uint32_t RandomStream::NextUint32() {
  if (buffered_ == 0) {
    buffer_ = Philox4x32(
        {static_cast<uint32_t>(block_), static_cast<uint32_t>(block_ >> 32),
         static_cast<uint32_t>(stream_), static_cast<uint32_t>(stream_ >> 32)},
        key_);
    ++block_;
    buffered_ = 4;
  }
  return buffer_[4 - buffered_--];
}

uint64_t RandomStream::NextUint64() {
  const uint64_t low = NextUint32();
  return static_cast<uint64_t>(NextUint32()) << 32 | low;
}

double RandomStream::NextUniform() {
  return static_cast<double>(NextUint64() >> 11) * 0x1.0p-53;
}

uint32_t RandomStream::NextBelow(uint32_t bound) {
  uint64_t product = static_cast<uint64_t>(NextUint32()) * bound;
  if (static_cast<uint32_t>(product) < bound) {
    const uint32_t threshold = -bound % bound;
    while (static_cast<uint32_t>(product) < threshold) {
      product = static_cast<uint64_t>(NextUint32()) * bound;
    }
  }
  return static_cast<uint32_t>(product >> 32);
}

double RandomStream::NextNormal() {
  if (has_spare_normal_) {
    has_spare_normal_ = false;
    return spare_normal_;
  }
  // 1 - u lies in (0, 1], where the logarithm is finite.
  const double radius = std::sqrt(-2.0 * std::log(1.0 - NextUniform()));
  const double angle = 2.0 * std::numbers::pi * NextUniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_normal_ = true;
  return radius * std::cos(angle);
}

std::vector<uint32_t> RandomPermutation(uint32_t n, RandomStream& random) {
  std::vector<uint32_t> permutation(n);
  std::iota(permutation.begin(), permutation.end(), 0u);
  for (uint32_t i = n; i > 1; --i) {
    std::swap(permutation[i - 1], permutation[random.NextBelow(i)]);
  }
  return permutation;
}

}  // namespace etalon
