#ifndef ETALON_TESTS_FUZZ_INPUT_FILE_H_
#define ETALON_TESTS_FUZZ_INPUT_FILE_H_

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>

#include "tests/support/temp_dir.h"

namespace etalon::testing {

// The input of one run as a file of that name, for readers that want a path.
// One folder serves all runs.
inline std::string InputFile(const std::string& name, const uint8_t* data,
                             size_t size) {
  static const auto* const kFolder = new TempDir;
  const std::string path = kFolder->File(name);
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data),
             static_cast<std::streamsize>(size));
  return path;
}

}  // namespace etalon::testing

#endif  // ETALON_TESTS_FUZZ_INPUT_FILE_H_
