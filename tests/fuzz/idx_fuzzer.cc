// Files of the IDX format, images and labels, plain and packed by gzip.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/fuzz/input_file.h"
#include "worker/train/data/idx.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using etalon::testing::InputFile;
  for (const char* name : {"input", "input.gz"}) {
    const std::string path = InputFile(name, data, size);
    const absl::StatusOr<etalon::train::IdxImages> images =
        etalon::train::ReadIdxImages(path);
    if (images.ok() && images->count * images->height * images->width !=
                           static_cast<int64_t>(images->pixels.size())) {
      __builtin_trap();
    }
    etalon::train::ReadIdxLabels(path).status().IgnoreError();
  }
  return 0;
}
