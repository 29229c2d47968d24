#ifndef ETALON_BENCHMARKS_ONEDNN_PRODUCTS_H_
#define ETALON_BENCHMARKS_ONEDNN_PRODUCTS_H_

namespace etalon {

// Adds oneDNN's products in the shapes of `multiply` (output = input * weights)
// and of `descend` (gradient += input^T * gradient; no step, no rounding) to
// the benchmarks: `rows` images of `inputs` numbers by so many columns of
// weights.
void RegisterOneDnnProducts(int rows, int inputs);

}  // namespace etalon

#endif  // ETALON_BENCHMARKS_ONEDNN_PRODUCTS_H_
