#ifndef ETALON_CLIENT_PICTURES_SCRIPT_H_
#define ETALON_CLIENT_PICTURES_SCRIPT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace etalon {

// Pieces of gnuplot scripts. Whatever came from outside goes through Quoted or
// Number, so that it can never be a command.

// `text` as a string constant that gnuplot shows as it is: on one line, with
// escapes for what does not print, shortened where it is very long. Scripts
// turn enhanced text off, which would read markup in it.
std::string Quoted(absl::string_view text);

// As Quoted, for the labels of tics, which gnuplot takes for number formats.
std::string QuotedTic(absl::string_view text);

// Exact; "NaN", gnuplot's word for no value, where it is not finite.
std::string Number(double value);

// The palette viridis, which rises in lightness and keeps its order for the
// colour-blind and in grey: the setting, and the colour "#rrggbb" at `share` of
// its way, in [0, 1].
std::string ViridisPalette();
std::string ViridisColour(double share);

}  // namespace etalon

#endif  // ETALON_CLIENT_PICTURES_SCRIPT_H_
