#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_VECTOR_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_VECTOR_H_

// A part of variant.cc, which alone includes it: the vector registers of the
// variant's instruction set, as vectors of GCC and clang.

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <cmath>
#include <cstdint>

#include "worker/train/kernels/kernels.h"

// What must be inlined for its operands to stay in registers.
#define ETALON_INLINE [[gnu::always_inline]] inline

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

#if defined(__AVX512F__)
inline constexpr Index kVectorBytes = 64;
#elif defined(__AVX2__)
inline constexpr Index kVectorBytes = 32;
#else
inline constexpr Index kVectorBytes = 16;
#endif

template <typename Number>
inline constexpr Index kVectorLanes =
    kVectorBytes / static_cast<Index>(sizeof(Number));

template <typename Number>
struct VectorOf {
  typedef Number Type __attribute__((vector_size(kVectorBytes)));
};
template <typename Number>
using Vector = typename VectorOf<Number>::Type;

// kVectorLanes numbers from anywhere.
template <typename Number>
ETALON_INLINE Vector<Number> Load(const Number* numbers) {
  Vector<Number> vector;
  __builtin_memcpy(&vector, numbers, sizeof(vector));
  return vector;
}

template <typename Number>
ETALON_INLINE void Store(const Vector<Number>& vector, Number* numbers) {
  __builtin_memcpy(numbers, &vector, sizeof(vector));
}

// Subtracting zero, unlike adding it, keeps the sign of a zero.
template <typename Number>
ETALON_INLINE Vector<Number> Broadcast(Number number) {
  return number - Vector<Number>{};
}

// a * b + c, rounded once where the instruction set can, and never by the
// compiler's choice: it would be free to choose differently from one tile to
// the next, and with it the bits.
ETALON_INLINE Vector<float> MultiplyAdd(Vector<float> a, Vector<float> b,
                                        Vector<float> c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_ps(a, b, c);
#elif defined(__FMA__)
  return _mm256_fmadd_ps(a, b, c);
#else
  return a * b + c;
#endif
}

ETALON_INLINE Vector<double> MultiplyAdd(Vector<double> a, Vector<double> b,
                                         Vector<double> c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_pd(a, b, c);
#elif defined(__FMA__)
  return _mm256_fmadd_pd(a, b, c);
#else
  return a * b + c;
#endif
}

ETALON_INLINE Vector<float> SquareRoot(Vector<float> a) {
#if defined(__AVX512F__)
  return _mm512_sqrt_ps(a);
#elif defined(__AVX2__)
  return _mm256_sqrt_ps(a);
#else
  for (Index i = 0; i < kVectorLanes<float>; ++i) a[i] = std::sqrt(a[i]);
  return a;
#endif
}

ETALON_INLINE Vector<double> SquareRoot(Vector<double> a) {
#if defined(__AVX512F__)
  return _mm512_sqrt_pd(a);
#elif defined(__AVX2__)
  return _mm256_sqrt_pd(a);
#else
  for (Index i = 0; i < kVectorLanes<double>; ++i) a[i] = std::sqrt(a[i]);
  return a;
#endif
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_VECTOR_H_
