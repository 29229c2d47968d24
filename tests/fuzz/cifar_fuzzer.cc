// Files of CIFAR's binary version, of the number of records that the first byte
// says: a real file's 10,000 would leave the fuzzer nothing but their size.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "tests/fuzz/input_file.h"
#include "worker/train/data/cifar_file.h"
#include "worker/train/data/dataset.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const etalon::train::CifarFormat format = {.records = data[0] % 3 + 1,
                                             .labels = data[0] / 3 % 2 + 1,
                                             .label = 0,
                                             .classes = 10};
  const std::string path =
      etalon::testing::InputFile("data_batch_1.bin", data + 1, size - 1);
  etalon::train::ImageSet images;
  const absl::Status status =
      etalon::train::AppendCifarFile(path, format, images);
  if (!status.ok()) return 0;
  if (images.size() != format.records) __builtin_trap();
  for (const uint8_t label : images.labels) {
    if (label >= format.classes) __builtin_trap();
  }
  return 0;
}
