#ifndef ETALON_CLIENT_COMMANDS_SPEC_FLAGS_H_
#define ETALON_CLIENT_COMMANDS_SPEC_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>

#include "common/spec/search_file.h"

namespace etalon {

// A search file and what is laid over it.
struct SpecFlags {
  std::string path;
  SearchFileOverrides overrides;
};

// SPEC, --name and --set.
inline void AddSpecFlags(CLI::App& command, SpecFlags& flags) {
  command
      .add_option("SPEC", flags.path, "The search file; - for standard input")
      ->required();
  command.add_option("--name", flags.overrides.name,
                     "The search's name, instead of the file's");
  command
      .add_option("--set", flags.overrides.set,
                  "Replace a value of the file; may be given several times")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
}

}  // namespace etalon

#endif  // ETALON_CLIENT_COMMANDS_SPEC_FLAGS_H_
