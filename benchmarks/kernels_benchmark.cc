// The training kernels one by one, for every instruction set that this
// processor has: gathering a minibatch, and the two products that training
// spends its time in.
//
//   kernels_benchmark [--benchmark_filter=avx512]

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "common/random.h"
#include "worker/train/kernels/select.h"

namespace etalon::train {
namespace {

constexpr Index kRows = 100;  // images in a minibatch
constexpr Index kFeatures = 3072;

std::vector<float> RandomFloats(Index count) {
  RandomStream random(1);
  std::vector<float> values(count);
  std::generate(values.begin(), values.end(),
                [&random] { return static_cast<float>(random.NextNormal()); });
  return values;
}

// Two operations for each weight and image.
void CountFlops(benchmark::State& state, Index outputs) {
  state.counters["FLOP/s"] =
      benchmark::Counter(2.0 * kRows * kFeatures * static_cast<double>(outputs),
                         benchmark::Counter::kIsIterationInvariantRate,
                         benchmark::Counter::kIs1000);
}

void BM_Gather(benchmark::State& state, const KernelSet* kernels) {
  constexpr Index kImages = 10'000;
  const std::vector<uint8_t> images(kImages * kFeatures, 100);
  RandomStream random(2);
  const std::vector<uint32_t> order = RandomPermutation(kImages, random);
  const std::vector<float> mean(kFeatures, 120.0f);
  const std::vector<float> scale(kFeatures, 0.02f);
  std::vector<float> output(kRows * kFeatures);
  Index first = 0;
  for (auto _ : state) {
    kernels->float32.gather(images.data(), order.data() + first, kRows,
                            kFeatures, mean.data(), scale.data(),
                            output.data());
    benchmark::DoNotOptimize(output.data());
    first = (first + kRows) % kImages;
  }
  state.SetBytesProcessed(state.iterations() * kRows * kFeatures);
}

void BM_Affine(benchmark::State& state, const KernelSet* kernels) {
  const Index outputs = state.range(0);
  const std::vector<float> input = RandomFloats(kRows * kFeatures);
  const std::vector<float> weights = RandomFloats(outputs * kFeatures);
  const std::vector<float> biases = RandomFloats(outputs);
  std::vector<float> output(kRows * outputs);
  for (auto _ : state) {
    kernels->float32.affine(kRows, kFeatures, outputs, input.data(),
                            weights.data(), biases.data(), output.data());
    benchmark::DoNotOptimize(output.data());
  }
  CountFlops(state, outputs);
}

void BM_AffineAccumulate(benchmark::State& state, const KernelSet* kernels) {
  const Index outputs = state.range(0);
  const std::vector<float> input = RandomFloats(kRows * kFeatures);
  const std::vector<float> gradient = RandomFloats(kRows * outputs);
  std::vector<float> weights = RandomFloats(outputs * kFeatures);
  std::vector<float> biases = RandomFloats(outputs);
  for (auto _ : state) {
    // A small step, so that the weights stay finite however long it runs.
    kernels->float32.affine_accumulate(kRows, kFeatures, outputs, input.data(),
                                       gradient.data(), 1e-6f, -1e-6f,
                                       weights.data(), biases.data());
    benchmark::DoNotOptimize(weights.data());
  }
  CountFlops(state, outputs);
}

void RegisterAll() {
  for (const std::string& name : AvailableKernels()) {
    const KernelSet* kernels = *SelectKernels(name);
    benchmark::RegisterBenchmark(("gather/" + name).c_str(), BM_Gather,
                                 kernels);
    // Hidden units of the course's network, and of ten such side by side.
    benchmark::RegisterBenchmark(("affine/" + name).c_str(), BM_Affine, kernels)
        ->Arg(50)
        ->Arg(500);
    benchmark::RegisterBenchmark(("affine_accumulate/" + name).c_str(),
                                 BM_AffineAccumulate, kernels)
        ->Arg(50)
        ->Arg(500);
  }
}

}  // namespace
}  // namespace etalon::train

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  etalon::train::RegisterAll();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
