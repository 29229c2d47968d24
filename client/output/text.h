#ifndef ETALON_CLIENT_OUTPUT_TEXT_H_
#define ETALON_CLIENT_OUTPUT_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace etalon {

// `text` with everything that could steer a terminal or fake a line as an
// escape: control characters, marks that change the direction of writing,
// invisible characters, bytes that are not UTF-8. Line feeds too, unless
// `keep_lines`.
std::string Printable(absl::string_view text, bool keep_lines = false);

// Columns that printable text takes on a terminal. Never too few.
size_t DisplayWidth(absl::string_view text);

// `text` in lines of at most `width` columns (1 or more), broken at spaces
// where there are any; at least one line.
std::vector<std::string> Wrap(absl::string_view text, size_t width);

// `text`, cut to `width` columns with an ellipsis where it is longer.
std::string Shorten(absl::string_view text, size_t width);

}  // namespace etalon

#endif  // ETALON_CLIENT_OUTPUT_TEXT_H_
