#ifndef ETALON_CLIENT_OUTPUT_TERMINAL_H_
#define ETALON_CLIENT_OUTPUT_TERMINAL_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace etalon {

// Looks up an environment variable.
using Environment =
    std::function<std::optional<std::string>(const std::string& name)>;

// What a stream is written to.
struct Terminal {
  // Whether a person is watching; else a file or a pipe.
  bool interactive = false;
  bool colour = false;
  // Columns; never 0.
  size_t width = 100;
};

// Asks the system about file descriptor `fd`. The width is the terminal's, or
// $COLUMNS, or 100; colour is for terminals, and never with $NO_COLOR or
// TERM=dumb.
Terminal DetectTerminal(int fd, const Environment& environment);

enum class Colour { kNone, kRed, kGreen, kYellow, kCyan, kFaint };

// `text` between the escape sequences of `colour`, where the terminal takes it.
std::string Paint(const Terminal& terminal, Colour colour,
                  const std::string& text);

}  // namespace etalon

#endif  // ETALON_CLIENT_OUTPUT_TERMINAL_H_
