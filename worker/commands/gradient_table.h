#ifndef ETALON_WORKER_COMMANDS_GRADIENT_TABLE_H_
#define ETALON_WORKER_COMMANDS_GRADIENT_TABLE_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "worker/train/gradients/gradient_check.h"

namespace etalon {

// What the course calls an array of parameters: "layers.0.norm.weight" is
// "gamma1"; W and b are an affine layer's, gamma and beta its normalisation's.
std::string CourseName(absl::string_view parameter);

// One network on one batch.
struct GradientRun {
  double lambda = 0;
  int64_t batch = 0;
  std::vector<train::ArrayCheck> arrays;
};

// Two rows an array: against differences and against automatic differentiation.
// "within" is the share of the checked entries below the bound, of the absolute
// errors and of the relative ones.
void PrintTable(const GradientRun& run, std::ostream& out);

// The same with lambda and batch in front, numbers in full, shares of 1.
void PrintCsvHeader(std::ostream& out);
void PrintCsv(const GradientRun& run, std::ostream& out);

}  // namespace etalon

#endif  // ETALON_WORKER_COMMANDS_GRADIENT_TABLE_H_
