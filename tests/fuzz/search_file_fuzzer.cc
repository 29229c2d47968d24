// Search files: reading them, and what the coordinator says of the search.

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/spec/search_file.h"
#include "server/search/validation.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<etalon::SearchFile> file =
      etalon::ReadSearchFile(text, "input.yaml", {});
  if (file.ok()) etalon::ValidateSpec(file->spec).IgnoreError();
  return 0;
}
