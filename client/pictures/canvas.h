#ifndef ETALON_CLIENT_PICTURES_CANVAS_H_
#define ETALON_CLIENT_PICTURES_CANVAS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace etalon {

enum class PictureFormat { kPng, kSvg };

// What a picture is drawn on.
struct Canvas {
  PictureFormat format = PictureFormat::kPng;
  // Pixels; in SVG, of the picture at its natural size.
  int width = 1200;
  int height = 900;
};

// By the extension of `path`, in either case. INVALID_ARGUMENT: none of ours,
// with the list.
absl::StatusOr<PictureFormat> PictureFormatOf(absl::string_view path);

// Sets width and height from "1200x900". INVALID_ARGUMENT: another form, or a
// side that is not 200 to 8000.
absl::Status ParseSize(absl::string_view text, Canvas& canvas);

}  // namespace etalon

#endif  // ETALON_CLIENT_PICTURES_CANVAS_H_
