#ifndef ETALON_CLIENT_PICTURES_GNUPLOT_H_
#define ETALON_CLIENT_PICTURES_GNUPLOT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/context.h"
#include "client/pictures/canvas.h"

namespace etalon {

// Draws what `plot`, the commands of a gnuplot script, says on `canvas` and
// writes the picture to `path`, which has either all of it or is left as it
// was. gnuplot is looked for in $PATH; it reads no start-up files, and text is
// not enhanced. Blocks until it is done.
// INTERNAL: gnuplot is not installed, or fails, with what it says.
// Errors as WriteFileAtomically gives them; CANCELLED: interrupted.
absl::Status DrawPicture(const Canvas& canvas, absl::string_view plot,
                         const std::string& path, Context& context);

}  // namespace etalon

#endif  // ETALON_CLIENT_PICTURES_GNUPLOT_H_
