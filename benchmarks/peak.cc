#include "benchmarks/peak.h"

#include <algorithm>
#include <cstdint>
#include <ctime>

#include "worker/train/kernels/select.h"

namespace etalon {
namespace {

#ifdef __x86_64__

double ProcessorSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         1e-9 * static_cast<double>(now.tv_nsec);
}

// Twelve registers with a sum each: more than an instruction's latency times
// the instructions begun per cycle. In assembly, so that this file needs no
// flags of its own and no compiler moves anything. Registers 13 and 14 are the
// factors; all start at zero, as the numbers do not matter for the time.
#define ETALON_TWELVE(instruction, width)                                    \
  instruction " %%" width "13, %%" width "14, %%" width "0\n\t" instruction  \
              " %%" width "13, %%" width "14, %%" width "1\n\t" instruction  \
              " %%" width "13, %%" width "14, %%" width "2\n\t" instruction  \
              " %%" width "13, %%" width "14, %%" width "3\n\t" instruction  \
              " %%" width "13, %%" width "14, %%" width "4\n\t" instruction  \
              " %%" width "13, %%" width "14, %%" width "5\n\t" instruction  \
              " %%" width "13, %%" width "14, %%" width "6\n\t" instruction  \
              " %%" width "13, %%" width "14, %%" width "7\n\t" instruction  \
              " %%" width "13, %%" width "14, %%" width "8\n\t" instruction  \
              " %%" width "13, %%" width "14, %%" width "9\n\t" instruction  \
              " %%" width "13, %%" width "14, %%" width "10\n\t" instruction \
              " %%" width "13, %%" width "14, %%" width "11\n\t"
#define ETALON_REPEAT(turns, instruction, width) \
  asm volatile(                                                           \
      "vzeroall\n\t"                                                      \
      "1:\n\t" ETALON_TWELVE(instruction, width)                          \
      "dec %0\n\t"                                                        \
      "jnz 1b\n\t"                                                        \
      "vzeroupper"                                                        \
      : "+r"(turns)                                                       \
      :                                                                   \
      : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",     \
        "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",       \
        "xmm14", "xmm15")

void FusedMultiplyAdds512(int64_t turns) {
  ETALON_REPEAT(turns, "vfmadd231ps", "zmm");
}
void FusedMultiplyAdds256(int64_t turns) {
  ETALON_REPEAT(turns, "vfmadd231ps", "ymm");
}
void DotProducts512(int64_t turns) { ETALON_REPEAT(turns, "vdpbf16ps", "zmm"); }

// Products of full tile registers, six sums by turns; all are zero.
void TileProducts(int64_t turns) {
  struct alignas(64) {
    uint8_t palette = 1;
    uint8_t start_row = 0;
    uint8_t reserved[14] = {};
    uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
  } shapes;
  asm volatile(
      "ldtilecfg %1\n\t"
      "1:\n\t"
      "tdpbf16ps %%tmm7, %%tmm6, %%tmm0\n\t"
      "tdpbf16ps %%tmm7, %%tmm6, %%tmm1\n\t"
      "tdpbf16ps %%tmm7, %%tmm6, %%tmm2\n\t"
      "tdpbf16ps %%tmm7, %%tmm6, %%tmm3\n\t"
      "tdpbf16ps %%tmm7, %%tmm6, %%tmm4\n\t"
      "tdpbf16ps %%tmm7, %%tmm6, %%tmm5\n\t"
      "dec %0\n\t"
      "jnz 1b\n\t"
      "tilerelease"
      : "+r"(turns)
      : "m"(shapes)
      : "cc");
}

// The best of several runs: others use the machine, too.
double Measure(double seconds, void (*run)(int64_t), int instructions_per_turn,
               double flop_of_instruction) {
  constexpr int64_t kTurns = 1'000'000;
  const double flop = flop_of_instruction * instructions_per_turn * kTurns;
  double best = 0;
  const double end = ProcessorSeconds() + seconds;
  for (double start = ProcessorSeconds(); start < end;) {
    run(kTurns);
    const double now = ProcessorSeconds();
    best = std::max(best, flop / (now - start));
    start = now;
  }
  return best;
}

#endif  // __x86_64__

}  // namespace

std::optional<double> PeakFloat32([[maybe_unused]] double seconds) {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) {
    return Measure(seconds, FusedMultiplyAdds512, 12, 2 * 16);
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return Measure(seconds, FusedMultiplyAdds256, 12, 2 * 8);
  }
#endif
  return std::nullopt;
}

std::optional<double> PeakBfloat16([[maybe_unused]] double seconds) {
#ifdef __x86_64__
  // Whoever may choose these kernels may use the tile registers.
  if (train::SelectKernels("amx_bf16").ok()) {
    return Measure(seconds, TileProducts, 6, 2 * 16 * 16 * 32);
  }
  if (__builtin_cpu_supports("avx512bf16")) {
    return Measure(seconds, DotProducts512, 12, 2 * 32);
  }
#endif
  return std::nullopt;
}

}  // namespace etalon
