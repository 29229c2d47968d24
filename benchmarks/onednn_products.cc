#include "benchmarks/onednn_products.h"

#include <benchmark/benchmark.h>
#include <omp.h>

#include <cstring>
#include <dnnl.hpp>
#include <string>
#include <unordered_map>
#include <utility>

#include "benchmarks/kernel_shapes.h"

namespace etalon {
namespace {

using dnnl::memory;
using Type = memory::data_type;

memory Zeros(const memory::desc& description, const dnnl::engine& engine) {
  memory made(description, engine);
  std::memset(made.get_data_handle(), 0, description.get_size());
  return made;
}

// output = left * right, or with `adds` output += left * right.
void BM_Product(benchmark::State& state, const memory::desc& left,
                const memory::desc& right, const memory::desc& output,
                bool adds, double flop) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  dnnl::primitive_attr attributes;
  if (adds) {
    dnnl::post_ops operations;
    operations.append_sum(1.0f);
    attributes.set_post_ops(operations);
  }
  const dnnl::matmul::primitive_desc description({left, right, output},
                                                 attributes, engine);
  const dnnl::matmul product(description);
  const memory result = Zeros(output, engine);
  const std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, Zeros(left, engine)},
      {DNNL_ARG_WEIGHTS, Zeros(right, engine)},
      {DNNL_ARG_DST, result}};
  for (auto _ : state) {
    product.execute(stream, arguments);
    stream.wait();
  }
  CountFlops(state, flop);
  state.SetLabel(description.impl_info_str());
}

}  // namespace

void RegisterOneDnnProducts(int rows, int inputs) {
  omp_set_num_threads(1);  // as ours
  for (const auto& [type, name] :
       {std::pair{Type::f32, "float32"}, std::pair{Type::bf16, "bfloat16"}}) {
    for (const int columns : kColumnsOfGroups) {
      const double flop = 2.0 * rows * inputs * columns;
      // With rows a multiple of a page apart, `descend` takes up to thrice as
      // long; `multiply` is the faster without.
      const int stride = inputs + 32;
      const std::string ending =
          std::string("/onednn_alone/") + name + "/" + std::to_string(columns);
      benchmark::RegisterBenchmark(
          ("multiply" + ending).c_str(), BM_Product,
          memory::desc({rows, inputs}, type, memory::dims{inputs, 1}),
          memory::desc({inputs, columns}, type, memory::dims{1, inputs}),
          memory::desc({rows, columns}, Type::f32, memory::dims{columns, 1}),
          /*adds=*/false, flop);
      benchmark::RegisterBenchmark(
          ("descend" + ending).c_str(), BM_Product,
          memory::desc({columns, rows}, type, memory::dims{1, columns}),
          memory::desc({rows, inputs}, type, memory::dims{stride, 1}),
          memory::desc({columns, inputs}, Type::f32, memory::dims{inputs, 1}),
          /*adds=*/true, flop);
    }
  }
}

}  // namespace etalon
