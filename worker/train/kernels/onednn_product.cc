#include "worker/train/kernels/onednn_product.h"

#include <omp.h>

#include <algorithm>
#include <dnnl.hpp>
#include <iterator>
#include <map>
#include <new>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"

namespace etalon::train {
namespace {

using dnnl::memory;
using Isa = dnnl::cpu_isa;

// One shape's product, with the places that its factors are put into.
class Product {
 public:
  Product(const OneDnnShape& shape, const dnnl::engine& engine) {
    const auto type =
        shape.bfloat16 ? memory::data_type::bf16 : memory::data_type::f32;
    const auto rows = [](Index stride) { return memory::dims{stride, 1}; };
    const auto columns = [](Index stride) { return memory::dims{1, stride}; };
    const memory::desc left({shape.rows, shape.depth}, type,
                            shape.left_transposed ? columns(shape.left_stride)
                                                  : rows(shape.left_stride));
    const memory::desc right({shape.depth, shape.columns}, type,
                             rows(shape.right_stride));
    const memory::desc result({shape.rows, shape.columns},
                              memory::data_type::f32, rows(shape.columns));
    matmul_ = dnnl::matmul(
        dnnl::matmul::primitive_desc({left, right, result}, engine));
    arguments_ = {{DNNL_ARG_SRC, memory(left, engine, nullptr)},
                  {DNNL_ARG_WEIGHTS, memory(right, engine, nullptr)},
                  {DNNL_ARG_DST, memory(result, engine, nullptr)}};
  }

  void Run(dnnl::stream& stream, const void* left, const void* right,
           float* result) {
    arguments_[DNNL_ARG_SRC].set_data_handle(const_cast<void*>(left));
    arguments_[DNNL_ARG_WEIGHTS].set_data_handle(const_cast<void*>(right));
    arguments_[DNNL_ARG_DST].set_data_handle(result);
    matmul_.execute(stream, arguments_);
    stream.wait();
  }

 private:
  dnnl::matmul matmul_;
  std::unordered_map<int, memory> arguments_;
};

// The products that a thread has made, as making one takes longer than many a
// product.
class Products {
 public:
  Products() : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {
    // A thread trains a group of trials, and there is one for each core.
    omp_set_num_threads(1);
  }

  void Run(const OneDnnShape& shape, const void* left, const void* right,
           float* result) {
    auto found = products_.find(shape);
    if (found == products_.end()) {
      // A worker of many networks shall not keep the products of all.
      constexpr size_t kMostProducts = 256;
      if (products_.size() == kMostProducts) products_.clear();
      found = products_.try_emplace(shape, shape, engine_).first;
    }
    found->second.Run(stream_, left, right, result);
  }

 private:
  dnnl::engine engine_;
  dnnl::stream stream_;
  std::map<OneDnnShape, Product> products_;
};

}  // namespace

void OneDnnMultiply(const OneDnnShape& shape, const void* left,
                    const void* right, float* result) {
  thread_local Products products;
  try {
    products.Run(shape, left, right, result);
  } catch (const dnnl::error& error) {
    if (error.status == dnnl_out_of_memory) throw std::bad_alloc();
    throw;
  }
}

bool OneDnnHasVectors() {
  // "All" is what it answers where it knows of none.
  const Isa isa = dnnl::get_effective_cpu_isa();
  return isa != Isa::all && isa != Isa::sse41;
}

bool OneDnnHasBfloat16() {
  const Isa isa = dnnl::get_effective_cpu_isa();
  return isa == Isa::avx512_core_bf16 || isa == Isa::avx512_core_amx;
}

std::string OneDnnVersion() {
  constexpr std::pair<Isa, const char*> kNames[] = {
      {Isa::sse41, "sse41"},
      {Isa::avx, "avx"},
      {Isa::avx2, "avx2"},
      {Isa::avx2_vnni, "avx2_vnni"},
      {Isa::avx512_core, "avx512_core"},
      {Isa::avx512_core_vnni, "avx512_core_vnni"},
      {Isa::avx512_core_bf16, "avx512_core_bf16"},
      {Isa::avx512_core_amx, "avx512_core_amx"}};
  const auto* const name =
      std::find_if(std::begin(kNames), std::end(kNames), [](const auto& known) {
        return known.first == dnnl::get_effective_cpu_isa();
      });
  const dnnl_version_t& version = *dnnl::version();
  return absl::StrCat(version.major, ".", version.minor, ".", version.patch,
                      "_", name == std::end(kNames) ? "other" : name->second);
}

}  // namespace etalon::train
