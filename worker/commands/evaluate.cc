#include "worker/commands/evaluate.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/files.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "worker/commands/score_table.h"
#include "worker/decode_dataset.h"
#include "worker/model_file.h"
#include "worker/plan_codec.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/evaluate_network.h"
#include "worker/train/kernels/select.h"

namespace etalon {
namespace {

constexpr int kSame = 0;
constexpr int kDifferent = 1;
constexpr int kWrongInput = 2;

constexpr char kDescription[] =
    "Evaluates a model on the three parts of the data set that it was trained "
    "on, and says whether loss, cost and accuracy are those that were recorded "
    "to the bit.";

constexpr char kFooter[] =
    "\nExample:\n"
    "  etalon model lambda/17 --out model.safetensors\n"
    "  etalon-worker evaluate --model model.safetensors --data /srv/cifar10\n"
    "\nExit codes: 0 the same to the bit, 1 not the same, 2 a flag, the "
    "model's "
    "file or the data are wrong.\n";

struct Options {
  std::string model;
  std::string data;
  std::string kernels;  // "": those it was trained with
};

// Those that `options` ask for or, where they ask for none, those of the model,
// or what this processor has.
absl::StatusOr<const train::KernelSet*> ChooseKernels(const Options& options,
                                                      const Model& model) {
  if (!options.kernels.empty()) return train::SelectKernels(options.kernels);
  absl::StatusOr<const train::KernelSet*> recorded =
      train::SelectKernels(model.kernels);
  if (recorded.ok()) return recorded;
  return train::SelectKernels("auto");
}

absl::StatusOr<int> Evaluate(const Options& options) {
  ETALON_ASSIGN_OR_RETURN(const std::string bytes,
                          ReadWholeFile(options.model, kMaxModelBytes));
  ETALON_ASSIGN_OR_RETURN(const Model model, DecodeModel(bytes));
  ETALON_ASSIGN_OR_RETURN(const train::KernelSet* kernels,
                          ChooseKernels(options, model));
  ETALON_ASSIGN_OR_RETURN(const train::DatasetSpec spec,
                          DecodeDataset(model.trial.training().dataset()));
  ETALON_ASSIGN_OR_RETURN(const auto data,
                          train::LoadDataset(spec, options.data));
  ETALON_ASSIGN_OR_RETURN(const train::TrialPlan plan,
                          DecodePlan(model.trial, data->sizes()));
  if (model.mean != data->mean() ||
      model.inverse_deviation != data->inverse_deviation()) {
    return absl::FailedPreconditionError(
        "the model was normalised by other images than those of the data set: "
        "these are not the data that it was trained on");
  }
  ETALON_ASSIGN_OR_RETURN(
      const train::PartScores scores,
      train::EvaluateNetwork(plan, model.network, *data, *kernels));

  std::cout << model.trial.name() << ", trained with " << model.kernels
            << " kernels\n";
  const bool same = PrintScores(model.measurement, scores, std::cout);
  if (kernels->name != model.kernels) {
    std::cout << "evaluated with " << kernels->name
              << " kernels, which round otherwise\n";
  }
  std::cout << (same ? "the same to the bit\n" : "not the same\n");
  return same ? kSame : kDifferent;
}

}  // namespace

int EvaluateCommand(int argc, const char* const* argv) {
  Options options;
  CLI::App app(kDescription, "etalon-worker evaluate");
  app.footer(kFooter);
  app.add_option("--model", options.model, "The model, a safetensors file")
      ->type_name("FILE")
      ->required();
  app.add_option("--data", options.data,
                 "Folder with the files of data sets; generated ones need none")
      ->type_name("DIR");
  app.add_option("--kernel", options.kernels,
                 "Instruction set to compute with; default: the one that the "
                 "model was trained with, where this processor has it")
      ->type_name("auto|" + absl::StrJoin(train::KnownKernels(), "|"));
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::cerr << "etalon-worker evaluate: " << error.what() << "; see --help\n";
    return kWrongInput;
  }
  const absl::StatusOr<int> code = Evaluate(options);
  if (code.ok()) return *code;
  std::cerr << "etalon-worker evaluate: " << options.model << ": "
            << code.status().message() << "\n";
  return kWrongInput;
}

}  // namespace etalon
