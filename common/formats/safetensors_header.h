#ifndef ETALON_COMMON_FORMATS_SAFETENSORS_HEADER_H_
#define ETALON_COMMON_FORMATS_SAFETENSORS_HEADER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace etalon {

// The entry that holds the metadata, and no array.
inline constexpr char kSafetensorsMetadataKey[] = "__metadata__";

// The JSON header of a safetensors file. A plain value.
struct SafetensorsHeader {
  struct Entry {
    std::string name;
    std::string dtype;  // as the file says it: "F32"
    std::vector<int64_t> shape;
    // Of the values, in bytes from the end of the header.
    int64_t begin = 0;
    int64_t end = 0;
  };

  std::map<std::string, std::string> metadata;
  std::vector<Entry> entries;
};

// Reads the grammar of a header and nothing else: what the types and offsets
// mean is for the caller to check. No value, at any depth, is kept that the
// grammar has no place for.
// DATA_LOSS: not such a header; a name, or a key of an entry, given twice.
absl::StatusOr<SafetensorsHeader> ParseSafetensorsHeader(
    absl::string_view json);

// The header as JSON, entries in their order, padded with spaces to a multiple
// of 8 bytes so that the values are aligned.
// INVALID_ARGUMENT: text that is not UTF-8.
absl::StatusOr<std::string> FormatSafetensorsHeader(
    const SafetensorsHeader& header);

// A name from a file for a message: in quotes, its beginning, escaped.
std::string QuoteStoredName(absl::string_view name);

}  // namespace etalon

#endif  // ETALON_COMMON_FORMATS_SAFETENSORS_HEADER_H_
