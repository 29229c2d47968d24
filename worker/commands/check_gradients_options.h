#ifndef ETALON_WORKER_COMMANDS_CHECK_GRADIENTS_OPTIONS_H_
#define ETALON_WORKER_COMMANDS_CHECK_GRADIENTS_OPTIONS_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "worker/train/network_spec.h"

namespace etalon {

// What the command line of check-gradients says, and the search file that it
// names.
struct CheckGradientsOptions {
  // Inputs, hidden units, classes.
  int64_t features = 0;
  train::NetworkSpec network;
  int64_t classes = 0;
  // Every one of `lambdas` is checked with every one of `batches`, in images.
  std::vector<double> lambdas = {0.01};
  std::vector<int64_t> batches = {100};

  enum class Inputs {
    kNormal,     // standard normal numbers, classes drawn evenly
    kSynthetic,  // generated images
    kCifar10,    // images of CIFAR-10's first file
  };
  Inputs inputs = Inputs::kNormal;
  std::string data;  // folder of CIFAR-10's files

  int64_t samples = 100;
  double step = 1e-5;
  double bound = 1e-6;
  double epsilon = 1e-8;
  uint64_t seed = 0;
  std::string kernel = "auto";
  bool csv = false;
};

// An exit code instead of options: the program is to end with it. --help has
// printed to standard output then (0), what is wrong with a flag or the search
// file is on standard error (2).
std::variant<CheckGradientsOptions, int> ParseCheckGradientsOptions(
    int argc, const char* const* argv);

}  // namespace etalon

#endif  // ETALON_WORKER_COMMANDS_CHECK_GRADIENTS_OPTIONS_H_
