#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_AMX_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_AMX_H_

// A part of variant.cc, which alone includes it: the tile registers of Intel's
// AMX, eight of 16 rows by 64 bytes, and their product of bfloat16 pairs
// (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1,
// chapter 18). A product adds to float32 the sums of 16 pairs, in an order of
// the processor's own that is the same for every row and column; subnormal
// numbers count as zero.
//
// In assembly, as the compilers' intrinsics want the registers' numbers spelt
// out and so serve no templates.

#include <cstdint>
#include <utility>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

inline constexpr Index kTileRegisterRows = 16;
// Sums from 0 on; the others hold factors.
inline constexpr int kMostSums = 6;
inline constexpr int kLeftTile = 6;
inline constexpr int kRightTile = 7;

// The shapes of the tile registers while it lives, those of the calling thread:
// sums and left factors have `rows` rows, 1 to 16.
class TileRegisters {
 public:
  explicit TileRegisters(Index rows) { Reshape(rows); }
  ~TileRegisters() { asm volatile("tilerelease" ::: "memory"); }
  TileRegisters(const TileRegisters&) = delete;
  TileRegisters& operator=(const TileRegisters&) = delete;

  // Their contents become zero.
  void Reshape(Index rows) {
    struct alignas(64) {
      uint8_t palette = 1;
      uint8_t start_row = 0;
      uint8_t reserved[14] = {};
      uint16_t row_bytes[16] = {};
      uint8_t rows[16] = {};
    } shapes;
    static_assert(sizeof(shapes) == 64);
    for (int i = 0; i <= kRightTile; ++i) {
      shapes.row_bytes[i] = 64;
      shapes.rows[i] =
          static_cast<uint8_t>(i == kRightTile ? kTileRegisterRows : rows);
    }
    asm volatile("ldtilecfg %0" : : "m"(shapes));
  }
};

// Rows `stride` elements of four bytes apart; stride 0 repeats one row.
template <int kTile, typename Element>
ETALON_INLINE void LoadTile(const Element* elements, Index stride) {
  static_assert(sizeof(Element) == 4);
  asm volatile("tileloadd (%0,%1,1), %%tmm%c2"
               :
               : "r"(elements), "r"(stride * 4), "i"(kTile)
               : "memory");
}

template <int kTile>
ETALON_INLINE void StoreTileRegister(float* numbers, Index stride) {
  asm volatile("tilestored %%tmm%c2, (%0,%1,1)"
               :
               : "r"(numbers), "r"(stride * 4), "i"(kTile)
               : "memory");
}

template <int kTile>
ETALON_INLINE void ZeroTile() {
  asm volatile("tilezero %%tmm%c0" : : "i"(kTile));
}

// Adds the product of the left and the right tile to the sums in kTile.
template <int kTile>
ETALON_INLINE void MultiplyTiles() {
  asm volatile("tdpbf16ps %%tmm%c0, %%tmm%c1, %%tmm%c2"
               :
               : "i"(kRightTile), "i"(kLeftTile), "i"(kTile));
}

// Calls function<0>() to function<kCount - 1>().
template <int kCount, typename Function>
ETALON_INLINE void ForTiles(const Function& function) {
  const auto each = [&]<int... kTiles>(std::integer_sequence<int, kTiles...>) {
    (function.template operator()<kTiles>(), ...);
  };
  each(std::make_integer_sequence<int, kCount>{});
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_AMX_H_
