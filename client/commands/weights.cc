#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/commands/picture_flags.h"
#include "client/output/text.h"
#include "client/pictures/gnuplot.h"
#include "client/pictures/model_weights.h"
#include "client/pictures/weights_plot.h"
#include "common/formats/safetensors.h"
#include "common/read_file.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

// Many times the largest network that fits an image into its first layer.
constexpr uintmax_t kMaxModelBytes = uintmax_t{1} << 30;

struct Options {
  PictureFlags picture;
  std::string model;
  std::optional<ImageShape> shape;
};

absl::StatusOr<Safetensors> ReadModelFile(const std::string& path) {
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > kMaxModelBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " has more than ", kMaxModelBytes, " bytes"));
  }
  // What has no size cannot be read either, and ReadFile says why.
  ETALON_ASSIGN_OR_RETURN(const std::string bytes,
                          ReadFile(path, error ? 0 : size));
  absl::StatusOr<Safetensors> model = DecodeSafetensors(bytes);
  if (model.ok()) return model;
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": ", model.status().message()));
}

absl::StatusOr<ExitCode> Weights(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const Safetensors model,
                          ReadModelFile(options.model));
  const std::string name =
      std::filesystem::path(options.model).filename().string();
  ETALON_ASSIGN_OR_RETURN(
      const FirstLayer layer,
      ReadFirstLayer(model, options.shape,
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
      ->add_option("MODEL", options->model,
                   "A safetensors file with an array layers.0.weight")
      ->required();
  AddPictureFlags(*command, options->picture)->required();
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
      "  etalon weights best.safetensors --out weights.png");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Weights(*options, context);
    };
  });
}

}  // namespace etalon
