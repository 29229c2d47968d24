// The training kernels one by one, for every instruction set that this
// processor has: gathering a minibatch, the two products that training spends
// its time in, and the softmax. Beside them oneDNN's products, where the build
// found it, and the most that a core can do ("peak").
//
//   kernels_benchmark [--benchmark_filter=avx512]
//
// FLOP/s count the columns asked for, not the padding that is worked on as
// well.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/kernel_shapes.h"
#ifdef ETALON_HAVE_ONEDNN
#include "benchmarks/onednn_products.h"
#endif
#include "benchmarks/peak.h"
#include "common/random.h"
#include "worker/train/aligned_array.h"
#include "worker/train/kernels/panels.h"
#include "worker/train/kernels/select.h"

namespace etalon::train {
namespace {

constexpr Index kRows = 100;  // images in a minibatch
constexpr Index kFeatures = 3072;

using FloatKernels = Kernels<float>;
using Rule = ColumnSteps<float>::Rule;

AlignedArray<float> RandomFloats(Index count) {
  RandomStream random(1);
  AlignedArray<float> values(count);
  std::generate(values.begin(), values.end(),
                [&random] { return static_cast<float>(random.NextNormal()); });
  return values;
}

double ProductFlop(Index columns) {
  return 2.0 * kRows * kFeatures * static_cast<double>(columns);
}

void BM_Gather(benchmark::State& state, const FloatKernels& kernels) {
  constexpr Index kImages = 10'000;
  const std::vector<uint8_t> images(kImages * kFeatures, 100);
  RandomStream random(2);
  const std::vector<uint32_t> order = RandomPermutation(kImages, random);
  const AlignedArray<float> mean(kFeatures, 120.0f);
  const AlignedArray<float> scale(kFeatures, 0.02f);
  AlignedArray<std::byte> packed(kernels.packed_input_bytes(kRows, kFeatures));
  Index first = 0;
  for (auto _ : state) {
    kernels.gather(images.data(), order.data() + first, kRows, kFeatures,
                   mean.data(), scale.data(), packed.data());
    benchmark::DoNotOptimize(packed.data());
    first = (first + kRows) % kImages;
  }
  state.SetBytesProcessed(state.iterations() * kRows * kFeatures);
}

// A first layer's arrays.
struct Layer {
  Layer(const FloatKernels& kernels, Index columns)
      : weights(RandomFloats(PaddedPanelRows(kFeatures) * columns)),
        first_moment(weights.size()),
        second_moment(weights.size()),
        copy(kernels.weights_need_copy
                 ? kernels.packed_panels_bytes(kFeatures, columns)
                 : 0),
        input(kernels.packed_input_bytes(kRows, kFeatures)) {
    if (kernels.weights_need_copy) {
      kernels.copy_weights(kFeatures, columns, weights.data(), copy.data());
    }
    kernels.pack_input(kRows, kFeatures, kFeatures,
                       RandomFloats(kRows * kFeatures).data(), input.data());
  }

  AlignedArray<float> weights, first_moment, second_moment;
  AlignedArray<std::byte> copy;
  AlignedArray<std::byte> input;
};

void BM_Multiply(benchmark::State& state, const FloatKernels& kernels,
                 Index columns) {
  const Index padded = PaddedColumns<float>(columns);
  const Layer layer(kernels, padded);
  const AlignedArray<float> biases = RandomFloats(padded);
  AlignedArray<float> output(kRows * padded);
  const auto* panels =
      kernels.weights_need_copy
          ? layer.copy.data()
          : reinterpret_cast<const std::byte*>(layer.weights.data());
  for (auto _ : state) {
    kernels.multiply(kRows, kFeatures, padded, layer.input.data(), panels,
                     biases.data(), padded, output.data());
    benchmark::DoNotOptimize(output.data());
  }
  CountFlops(state, ProductFlop(columns));
}

// Small steps, so that the weights stay finite however long it runs.
class TinySteps {
 public:
  explicit TinySteps(Index columns) : tiny_(columns, 1e-6f), one_(columns, 1) {}

  ColumnSteps<float> Get(Rule rule) const {
    return {.rule = rule,
            .eta = tiny_.data(),
            .decay = tiny_.data(),
            .penalty = tiny_.data(),
            .momentum = tiny_.data(),
            .ahead = one_.data(),
            .along = one_.data(),
            .first_rate = one_.data(),
            .second_rate = one_.data(),
            .second_scale = one_.data(),
            .epsilon = one_.data()};
  }

 private:
  AlignedArray<float> tiny_;
  AlignedArray<float> one_;
};

void BM_Descend(benchmark::State& state, const FloatKernels& kernels, Rule rule,
                Index columns) {
  const Index padded = PaddedColumns<float>(columns);
  Layer layer(kernels, padded);
  AlignedArray<std::byte> gradient(kernels.packed_panels_bytes(kRows, padded));
  kernels.pack_panels(kRows, padded, padded,
                      RandomFloats(kRows * padded).data(), gradient.data());
  const TinySteps steps(padded);
  for (auto _ : state) {
    kernels.descend(kRows, kFeatures, padded, layer.input.data(),
                    gradient.data(), steps.Get(rule),
                    {layer.weights.data(), layer.first_moment.data(),
                     layer.second_moment.data(), layer.copy.data()});
    benchmark::DoNotOptimize(layer.weights.data());
  }
  CountFlops(state, ProductFlop(columns));
}

// What the step costs a library that stores the gradient first: a pass over the
// weights, and another to round the copy that products read.
void BM_StepApart(benchmark::State& state, const FloatKernels& kernels,
                  Index columns) {
  const Index padded = PaddedColumns<float>(columns);
  Layer layer(kernels, padded);
  const AlignedArray<float> gradient = RandomFloats(kFeatures * padded);
  const TinySteps steps(padded);
  for (auto _ : state) {
    for (Index i = 0; i < kFeatures; ++i) {
      kernels.descend_vector(padded, gradient.data() + i * padded,
                             steps.Get(Rule::kDescent),
                             {layer.weights.data() + i * padded});
    }
    if (kernels.weights_need_copy) {
      kernels.copy_weights(kFeatures, padded, layer.weights.data(),
                           layer.copy.data());
    }
    benchmark::DoNotOptimize(layer.weights.data());
  }
}

void BM_Softmax(benchmark::State& state, const FloatKernels& kernels,
                Index classes) {
  std::vector<uint8_t> labels(kRows);
  for (Index i = 0; i < kRows; ++i) {
    labels[i] = static_cast<uint8_t>(i % classes);
  }
  const AlignedArray<float> scores = RandomFloats(kRows * classes);
  AlignedArray<float> gradient = scores;
  for (auto _ : state) {
    gradient = scores;
    benchmark::DoNotOptimize(kernels.softmax_cross_entropy(
        kRows, classes, classes, labels.data(), 0.01f, gradient.data()));
  }
  state.counters["s/row"] =
      benchmark::Counter(kRows, benchmark::Counter::kIsIterationInvariantRate |
                                    benchmark::Counter::kInvert);
}

// One instruction set and precision.
void Register(const FloatKernels& kernels, const std::string& name) {
  const auto add = [](const std::string& title, auto... arguments) {
    benchmark::RegisterBenchmark(title.c_str(), arguments...);
  };
  add("gather/" + name, BM_Gather, kernels);
  for (const Index columns : kColumnsOfGroups) {
    const std::string ending = "/" + name + "/" + std::to_string(columns);
    add("multiply" + ending, BM_Multiply, kernels, columns);
    add("descend" + ending, BM_Descend, kernels, Rule::kDescent, columns);
    add("step_apart" + ending, BM_StepApart, kernels, columns);
    add("descend_momentum" + ending, BM_Descend, kernels, Rule::kMomentum,
        columns);
    add("descend_adam" + ending, BM_Descend, kernels, Rule::kAdam, columns);
  }
  for (const Index classes : {10, 100}) {
    add("softmax/" + name + "/" + std::to_string(classes), BM_Softmax, kernels,
        classes);
  }
}

void BM_Peak(benchmark::State& state,
             std::optional<double> (*measure)(double seconds)) {
  constexpr double kSeconds = 0.2;
  std::optional<double> peak;
  for (auto _ : state) peak = measure(kSeconds);
  if (!peak)
    return state.SkipWithError("the processor has no such instruction");
  state.counters["FLOP/s"] = benchmark::Counter(
      *peak, benchmark::Counter::kDefaults, benchmark::Counter::kIs1000);
}

void RegisterAll() {
  benchmark::RegisterBenchmark("peak/float32", BM_Peak, PeakFloat32);
  benchmark::RegisterBenchmark("peak/bfloat16", BM_Peak, PeakBfloat16);
  for (const std::string& name : AvailableKernels()) {
    const KernelSet& set = **SelectKernels(name);
    Register(set.float32, name + "/float32");
    Register(set.bfloat16, name + "/bfloat16");
  }
#ifdef ETALON_HAVE_ONEDNN
  RegisterOneDnnProducts(kRows, kFeatures);
#endif
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
