#ifndef ETALON_BENCHMARKS_KERNEL_SHAPES_H_
#define ETALON_BENCHMARKS_KERNEL_SHAPES_H_

#include <benchmark/benchmark.h>

namespace etalon {

// Hidden units side by side: 1, 4, 10 and 16 trials of the course's network,
// and one trial of a wide one.
inline constexpr int kColumnsOfGroups[] = {50, 200, 500, 800, 2000};

inline void CountFlops(benchmark::State& state, double flop_of_iteration) {
  state.counters["FLOP/s"] = benchmark::Counter(
      flop_of_iteration, benchmark::Counter::kIsIterationInvariantRate,
      benchmark::Counter::kIs1000);
}

}  // namespace etalon

#endif  // ETALON_BENCHMARKS_KERNEL_SHAPES_H_
