#include "client/commands/picture_flags.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace etalon {

CLI::Option* AddPictureFlags(CLI::App& command, PictureFlags& flags) {
  CLI::Option* const out = command.add_option_function<std::string>(
      "--out",
      [&flags](const std::string& path) {
        const absl::StatusOr<PictureFormat> format = PictureFormatOf(path);
        if (!format.ok()) {
          throw CLI::ValidationError("--out",
                                     std::string(format.status().message()));
        }
        flags.out = path;
        flags.canvas.format = *format;
      },
      "The picture's file; its extension says the format: .png, .svg");
  out->type_name("FILE");
  command
      .add_option_function<std::string>(
          "--size",
          [&flags](const std::string& text) {
            const absl::Status status = ParseSize(text, flags.canvas);
            if (!status.ok()) {
              throw CLI::ValidationError("--size",
                                         std::string(status.message()));
            }
          },
          absl::StrCat("The picture's width and height in pixels; ",
                       flags.canvas.width, "x", flags.canvas.height,
                       " by default"))
      ->type_name("WxH")
      ->needs(out);
  return out;
}

}  // namespace etalon
