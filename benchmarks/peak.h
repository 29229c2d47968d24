#ifndef ETALON_BENCHMARKS_PEAK_H_
#define ETALON_BENCHMARKS_PEAK_H_

#include <optional>

namespace etalon {

// What one core of this processor does at most, measured on the spot by
// instructions that wait for nothing: FLOP/s, a product and a sum counting two.
// Each takes about `seconds` of processor time. Empty where the processor has
// no such instruction.

// Fused multiply-adds of float32, with AVX-512 if there is, else with AVX2.
std::optional<double> PeakFloat32(double seconds);

// Products of bfloat16 pairs: of AMX's tile registers if there are any, else
// the dot product of AVX-512.
std::optional<double> PeakBfloat16(double seconds);

}  // namespace etalon

#endif  // ETALON_BENCHMARKS_PEAK_H_
