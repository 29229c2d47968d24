#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/commands/picture_flags.h"
#include "client/fetch_model.h"
#include "client/names.h"
#include "client/output/text.h"
#include "client/pictures/gnuplot.h"
#include "client/pictures/model_weights.h"
#include "client/pictures/weights_plot.h"
#include "common/files.h"
#include "common/formats/safetensors.h"
#include "common/limits.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  PictureFlags picture;
  std::string model;
  std::optional<ImageShape> shape;
};

// A file, where there is one of this name; or else the model of a trial.
absl::StatusOr<std::string> ReadModel(const Options& options,
                                      Context& context) {
  std::error_code ignored;
  const absl::StatusOr<std::string> trial = TrialNameOf(options.model);
  if (!trial.ok() || std::filesystem::exists(options.model, ignored)) {
    const absl::StatusOr<std::string> bytes =
        ReadWholeFile(options.model, kMaxModelBytes);
    // What is no file at all is a wrong argument, not a wrong state.
    return absl::IsFailedPrecondition(bytes.status())
               ? absl::InvalidArgumentError(bytes.status().message())
               : bytes;
  }
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  return FetchModel(*connection, *trial, context);
}

absl::StatusOr<ExitCode> Weights(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const std::string bytes, ReadModel(options, context));
  const absl::StatusOr<Safetensors> model = DecodeSafetensors(bytes);
  if (!model.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.model, ": ", model.status().message()));
  }
  // A file without its folders; a trial as it was named.
  std::error_code ignored;
  const std::filesystem::path path(options.model);
  const std::string name = std::filesystem::exists(path, ignored)
                               ? path.filename().string()
                               : options.model;
  ETALON_ASSIGN_OR_RETURN(
      const FirstLayer layer,
      ReadFirstLayer(*model, options.shape,
                     absl::StrCat(name, ": weights of the first layer")));
  if (layer.units > kMaxWeightImages) {
    context.err << "the first " << kMaxWeightImages << " of " << layer.units
                << " units\n";
  }
  const WeightsPicture picture =
      PlotWeights(layer.images, options.picture.canvas);
  ETALON_RETURN_IF_ERROR(
      DrawPicture(picture.canvas, picture.plot, options.picture.out, context));
  return ExitCode::kDone;
}

}  // namespace

void AddWeightsCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "weights", "The first layer of a model as pictures, one for each unit");
  command
      ->add_option(
          "MODEL", options->model,
          "A safetensors file with an array layers.0.weight, or a trial "
          "whose model is kept: NAME/NUMBER")
      ->required();
  AddPictureFlags(*command, options->picture)->required();
  AddServerFlags(*command, options->server);
  command
      ->add_option_function<std::string>(
          "--shape",
          [options](const std::string& text) {
            const absl::StatusOr<ImageShape> shape = ParseImageShape(text);
            if (!shape.ok()) {
              throw CLI::ValidationError("--shape",
                                         std::string(shape.status().message()));
            }
            options->shape = *shape;
          },
          "Channels, height and width of the images; by default 3x32x32 for "
          "3072 inputs, 1x28x28 for 784")
      ->type_name("CxHxW");
  command->footer(
      "Each picture goes from its own smallest weight, dark, to its largest.\n"
      "Example:\n"
      "  etalon weights best.safetensors --out weights.png\n"
      "  etalon weights one-layer/7 --out weights.png");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Weights(*options, context);
    };
  });
}

}  // namespace etalon
