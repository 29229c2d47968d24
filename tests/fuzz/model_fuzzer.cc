// Safetensors files, and those of them that are models and checkpoints. What is
// read and written again must be the same.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/formats/safetensors.h"
#include "worker/checkpoint_file.h"
#include "worker/model_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  etalon::DecodeModel(bytes).status().IgnoreError();
  etalon::DecodeCheckpoint(bytes).status().IgnoreError();
  const absl::StatusOr<etalon::Safetensors> content =
      etalon::DecodeSafetensors(bytes);
  if (!content.ok()) return 0;
  const absl::StatusOr<std::string> encoded =
      etalon::EncodeSafetensors(*content);
  // The format allows names that ours does not.
  if (!encoded.ok()) return 0;
  const absl::StatusOr<etalon::Safetensors> again =
      etalon::DecodeSafetensors(*encoded);
  if (!again.ok() || again->tensors.size() != content->tensors.size() ||
      again->metadata != content->metadata) {
    __builtin_trap();
  }
  return 0;
}
