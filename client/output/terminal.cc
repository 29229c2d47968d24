#include "client/output/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace etalon {
namespace {

constexpr size_t kDefaultWidth = 100;
constexpr size_t kMaxWidth = 10'000;

size_t Width(int fd, bool interactive, const Environment& environment) {
  winsize size{};
  if (interactive && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  size_t columns = 0;
  if (absl::SimpleAtoi(environment("COLUMNS").value_or(""), &columns) &&
      columns > 0 && columns <= kMaxWidth) {
    return columns;
  }
  return kDefaultWidth;
}

const char* Code(Colour colour) {
  switch (colour) {
    case Colour::kNone:
      return "";
    case Colour::kRed:
      return "31";
    case Colour::kGreen:
      return "32";
    case Colour::kYellow:
      return "33";
    case Colour::kCyan:
      return "36";
    case Colour::kFaint:
      return "2";
  }
  return "";
}

}  // namespace

Terminal DetectTerminal(int fd, const Environment& environment) {
  Terminal terminal;
  const bool dumb = environment("TERM").value_or("dumb") == "dumb";
  terminal.interactive = isatty(fd) == 1 && !dumb;
  // https://no-color.org: set and not empty.
  terminal.colour =
      terminal.interactive && environment("NO_COLOR").value_or("").empty();
  terminal.width = Width(fd, terminal.interactive, environment);
  return terminal;
}

std::string Paint(const Terminal& terminal, Colour colour,
                  const std::string& text) {
  if (!terminal.colour || colour == Colour::kNone) return text;
  return absl::StrCat("\x1b[", Code(colour), "m", text, "\x1b[0m");
}

}  // namespace etalon
