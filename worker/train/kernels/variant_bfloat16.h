#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_BFLOAT16_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_BFLOAT16_H_

// A part of variant.cc, which alone includes it: bfloat16, the upper half of a
// float32. Rounding is to the nearest, ties to even; NaN stays NaN.

#include <cstdint>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

#if defined(__AVX512BF16__)

// Lane by lane `low` in the lower half of a word and `high` in the upper one.
ETALON_INLINE Vector<uint32_t> InterleavedBfloat16(Vector<float> low,
                                                   Vector<float> high) {
  alignas(64) static constexpr uint16_t kOrder[32] = {
      0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
      8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
  return (Vector<uint32_t>)_mm512_permutexvar_epi16(
      _mm512_load_si512(kOrder), (__m512i)_mm512_cvtne2ps_pbh(high, low));
}

// The numbers of `first` and behind them those of `second`.
ETALON_INLINE Vector<uint32_t> JoinedBfloat16(Vector<float> first,
                                              Vector<float> second) {
  return (Vector<uint32_t>)_mm512_cvtne2ps_pbh(second, first);
}

#else

// In the lower half of each word.
ETALON_INLINE Vector<uint32_t> Bfloat16Bits(Vector<float> numbers) {
  const Vector<uint32_t> bits = (Vector<uint32_t>)numbers;
  const Vector<uint32_t> rounded = bits + 0x7fff + (bits >> 16 & 1);
  // Rounding could carry a NaN over to zero.
  constexpr uint32_t kQuiet = 0x400000;
  return (numbers != numbers ? bits | kQuiet : rounded) >> 16;
}

ETALON_INLINE Vector<uint32_t> InterleavedBfloat16(Vector<float> low,
                                                   Vector<float> high) {
  return Bfloat16Bits(low) | Bfloat16Bits(high) << 16;
}

ETALON_INLINE Vector<uint32_t> JoinedBfloat16(Vector<float> first,
                                              Vector<float> second) {
  typedef uint16_t Half __attribute__((vector_size(kVectorBytes / 2)));
  const Half halves[2] = {__builtin_convertvector(Bfloat16Bits(first), Half),
                          __builtin_convertvector(Bfloat16Bits(second), Half)};
  Vector<uint32_t> joined;
  __builtin_memcpy(&joined, halves, sizeof(joined));
  return joined;
}

#endif  // __AVX512BF16__

#if defined(__AVX512F__)

// Word j of vector i becomes word i of vector j. Blocks beside the diagonal
// change places, from single words to halves.
ETALON_INLINE void TransposeWords(Vector<uint32_t> (&rows)[16]) {
  const Vector<uint32_t> places = {0, 1, 2,  3,  4,  5,  6,  7,
                                   8, 9, 10, 11, 12, 13, 14, 15};
  // Bit 4 of an index takes the word from the second vector.
  constexpr uint32_t kSecond = 16;
#pragma GCC unroll 4
  for (uint32_t size = 1; size < 16; size *= 2) {
    const Vector<uint32_t> upper = (Vector<uint32_t>)((places & size) != 0);
    const Vector<uint32_t> low =
        (places & ~upper) | ((places - size + kSecond) & upper);
    const Vector<uint32_t> high =
        ((places + size) & ~upper) | ((places + kSecond) & upper);
#pragma GCC unroll 16
    for (uint32_t i = 0; i < 16; ++i) {
      if ((i & size) != 0) continue;
      const auto a = (__m512i)rows[i];
      const auto b = (__m512i)rows[i + size];
      rows[i] = (Vector<uint32_t>)_mm512_permutex2var_epi32(a, (__m512i)low, b);
      rows[i + size] =
          (Vector<uint32_t>)_mm512_permutex2var_epi32(a, (__m512i)high, b);
    }
  }
}

#endif  // __AVX512F__

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_BFLOAT16_H_
