#include "worker/commands/check_gradients_options.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status_macros.h"
#include "worker/commands/spec_network.h"
#include "worker/train/kernels/select.h"

namespace etalon {
namespace {

using Inputs = CheckGradientsOptions::Inputs;

constexpr int kUsageError = 2;
// Of one of CIFAR-10's files.
constexpr int64_t kMaxBatch = 10'000;
constexpr int64_t kMaxFeatures = 100'000;
// Labels are bytes.
constexpr int64_t kMaxClasses = 256;

// Of an image of CIFAR-10 and of those that are generated.
constexpr int64_t kImageFeatures = 3072;
constexpr int64_t kImageClasses = 10;

constexpr char kDescription[] =
    "Holds the gradients of a network against central differences in double "
    "precision and against automatic differentiation of a cost that is written "
    "down a second time, and prints how they differ for each array of "
    "parameters.";

constexpr char kFooter[] =
    "\nExamples:\n"
    "  etalon-worker check-gradients --layers 3072,50,10 --lambda 0,0.01\n"
    "      two layers on generated images, with and without the penalty\n"
    "  etalon-worker check-gradients --layers 3072,50,30,10 --batch-norm \\\n"
    "      --init he --data /srv/cifar10 --samples 500\n"
    "      three layers with batch normalisation on images of CIFAR-10\n"
    "  etalon-worker check-gradients --layers 5,6,3 --batch 3\n"
    "      small enough for every entry to be checked\n"
    "\nExit codes: 0 every error is below the bound, 1 some are not, 2 a "
    "flag or a file is wrong.\n";

// What flags say before they are put together.
struct Flags {
  std::string spec;
  std::vector<int64_t> layers;
  bool batch_norm = false;
  train::Activation activation = train::Activation::kRelu;
  train::WeightInit init = train::XavierInit{};
  std::optional<Inputs> inputs;
};

// CLI11's validators return what is wrong, or "".
std::string ReadInit(const std::string& text, train::WeightInit& init) {
  double deviation = 0;
  if (text == "xavier") {
    init = train::XavierInit{};
  } else if (text == "he") {
    init = train::HeInit{};
  } else if (absl::SimpleAtod(text, &deviation) && std::isfinite(deviation) &&
             deviation > 0) {
    init = train::NormalInit{deviation};
  } else {
    return absl::StrCat("'", text,
                        "' is not xavier, he or a deviation above 0");
  }
  return "";
}

// A flag whose value is one of `words`, each standing for a value of T.
template <typename T, typename Target>
CLI::Option* AddChoice(CLI::App& app, const std::string& flag,
                       const std::string& description,
                       const std::map<std::string, T>& words, Target& target) {
  std::vector<std::string> names;
  for (const auto& [name, value] : words) names.push_back(name);
  return app
      .add_option_function<std::string>(
          flag,
          [words, &target](const std::string& word) {
            target = words.at(word);
          },
          description)
      ->type_name(absl::StrJoin(names, "|"))
      ->check([words, names](const std::string& word) {
        if (words.contains(word)) return std::string();
        return absl::StrCat("'", word, "' is none of ",
                            absl::StrJoin(names, ", "));
      });
}

void AddNetworkFlags(CLI::App& app, Flags& flags) {
  app.add_option("--layers", flags.layers,
                 "Inputs, units of each hidden layer, classes")
      ->type_name("N,N,...")
      ->delimiter(',');
  app.add_option("--spec", flags.spec,
                 "In place of --layers: network, data set, batch size and "
                 "lambda are those of this search file's training; what stages "
                 "and parameters change is not looked at")
      ->type_name("FILE")
      ->excludes("--layers");
  app.add_flag("--batch-norm", flags.batch_norm,
               "Batch normalisation in every hidden layer")
      ->excludes("--spec");
  AddChoice<train::Activation>(app, "--activation",
                               "Of hidden units; default: relu",
                               {{"relu", train::Activation::kRelu},
                                {"leaky_relu", train::Activation::kLeakyRelu},
                                {"identity", train::Activation::kIdentity}},
                               flags.activation)
      ->excludes("--spec");
  app.add_option_function<std::string>(
         "--init",
         [&flags](const std::string& text) { ReadInit(text, flags.init); },
         "Deviation that weights start from; default: xavier")
      ->type_name("xavier|he|NUMBER")
      ->excludes("--spec")
      ->check([](const std::string& text) {
        train::WeightInit ignored;
        return ReadInit(text, ignored);
      });
}

void AddOtherFlags(CLI::App& app, Flags& flags,
                   CheckGradientsOptions& options) {
  app.add_option("--batch", options.batches,
                 "Images of the batch; several: each in turn; default: 100")
      ->type_name("N,...")
      ->delimiter(',');
  app.add_option("--lambda", options.lambdas,
                 "Factor of the penalty; several: each in turn; default: 0.01")
      ->type_name("L,...")
      ->delimiter(',');
  AddChoice<Inputs>(app, "--dataset",
                    "synthetic: generated images; normal: random numbers as "
                    "normalised images have. Default: cifar10 with --data, "
                    "synthetic where the layers fit images, else normal",
                    {{"cifar10", Inputs::kCifar10},
                     {"synthetic", Inputs::kSynthetic},
                     {"normal", Inputs::kNormal}},
                    flags.inputs);
  app.add_option("--data", options.data,
                 "Folder with CIFAR-10's binary files, itself or in "
                 "cifar-10-batches-bin/")
      ->type_name("DIR");
  app.add_option("--samples", options.samples,
                 "Entries of each array that are checked; all where it has no "
                 "more")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--step", options.step, "Step of the central differences")
      ->type_name("H")
      ->capture_default_str();
  app.add_option("--bound", options.bound,
                 "What absolute errors against the differences and relative "
                 "ones against automatic differentiation must stay below")
      ->type_name("B")
      ->capture_default_str();
  app.add_option("--epsilon", options.epsilon,
                 "What relative errors, |a - b| / (|a| + |b|), divide by at "
                 "least")
      ->type_name("E")
      ->capture_default_str();
  app.add_option("--seed", options.seed,
                 "Of parameters, generated inputs and the choice of entries")
      ->type_name("S")
      ->capture_default_str();
  app.add_option("--kernel", options.kernel,
                 "Instruction set to compute with, as for the worker")
      ->type_name("auto|" + absl::StrJoin(train::KnownKernels(), "|"))
      ->capture_default_str();
  AddChoice<bool>(app, "-o,--output", "Default: table",
                  {{"table", false}, {"csv", true}}, options.csv);
}

// What no flag says is the search file's.
absl::Status TakeSpec(const CLI::App& app, const Flags& flags,
                      CheckGradientsOptions& options) {
  ETALON_ASSIGN_OR_RETURN(SpecNetwork spec, ReadSpecNetwork(flags.spec));
  options.features = spec.features;
  options.classes = spec.classes;
  options.network = std::move(spec.network);
  if (app.count("--batch") == 0) options.batches = {spec.batch_size};
  if (app.count("--lambda") == 0) options.lambdas = {spec.lambda};
  return absl::OkStatus();
}

absl::Status ChooseInputs(const Flags& flags, CheckGradientsOptions& options) {
  const bool images =
      options.features == kImageFeatures && options.classes == kImageClasses;
  if (flags.inputs.has_value()) {
    options.inputs = *flags.inputs;
  } else if (!options.data.empty()) {
    options.inputs = Inputs::kCifar10;
  } else {
    options.inputs = images ? Inputs::kSynthetic : Inputs::kNormal;
  }
  if (options.inputs == Inputs::kCifar10 && options.data.empty()) {
    return absl::InvalidArgumentError("--dataset cifar10 needs --data");
  }
  if (options.inputs != Inputs::kNormal && !images) {
    return absl::InvalidArgumentError(
        absl::StrCat("images have ", kImageFeatures, " inputs and ",
                     kImageClasses, " classes, not ", options.features, " and ",
                     options.classes, "; use --dataset normal"));
  }
  return absl::OkStatus();
}

// What memory is taken by before the network is looked at.
absl::Status CheckSizes(const CheckGradientsOptions& options) {
  if (options.features < 1 || options.features > kMaxFeatures) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.features, " inputs; use 1 to ", kMaxFeatures));
  }
  if (options.classes < 1 || options.classes > kMaxClasses) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.classes, " classes; use 1 to ", kMaxClasses));
  }
  for (const int64_t batch : options.batches) {
    if (batch >= 1 && batch <= kMaxBatch) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("a batch of ", batch, "; use 1 to ", kMaxBatch));
  }
  return absl::OkStatus();
}

absl::Status PutTogether(const CLI::App& app, const Flags& flags,
                         CheckGradientsOptions& options) {
  if (flags.spec.empty()) {
    if (flags.layers.size() < 2) {
      return absl::InvalidArgumentError(
          "--layers with inputs and classes, or --spec, is needed; see --help");
    }
    options.features = flags.layers.front();
    options.classes = flags.layers.back();
    options.network.hidden.assign(flags.layers.begin() + 1,
                                  flags.layers.end() - 1);
    options.network.batch_norm = flags.batch_norm;
    options.network.activation = flags.activation;
    options.network.init = flags.init;
  } else {
    ETALON_RETURN_IF_ERROR(TakeSpec(app, flags, options));
  }
  ETALON_RETURN_IF_ERROR(CheckSizes(options));
  return ChooseInputs(flags, options);
}

}  // namespace

std::variant<CheckGradientsOptions, int> ParseCheckGradientsOptions(
    int argc, const char* const* argv) {
  CheckGradientsOptions options;
  Flags flags;
  CLI::App app(kDescription, "etalon-worker check-gradients");
  app.footer(kFooter);
  AddNetworkFlags(app, flags);
  AddOtherFlags(app, flags, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::cerr << "etalon-worker check-gradients: " << error.what()
              << "; see --help\n";
    return kUsageError;
  }
  const absl::Status status = PutTogether(app, flags, options);
  if (!status.ok()) {
    std::cerr << "etalon-worker check-gradients: " << status.message() << '\n';
    return kUsageError;
  }
  return options;
}

}  // namespace etalon
