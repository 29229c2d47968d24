#ifndef ETALON_CLIENT_COMMANDS_PICTURE_FLAGS_H_
#define ETALON_CLIENT_COMMANDS_PICTURE_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>

#include "client/pictures/canvas.h"

namespace etalon {

// Where a picture goes.
struct PictureFlags {
  // Empty: no picture is asked for.
  std::string out;
  // Its format is the one of `out`; the size is the default before parsing.
  Canvas canvas;
};

// --out and --size; returns the former.
CLI::Option* AddPictureFlags(CLI::App& command, PictureFlags& flags);

}  // namespace etalon

#endif  // ETALON_CLIENT_COMMANDS_PICTURE_FLAGS_H_
