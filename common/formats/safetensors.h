#ifndef ETALON_COMMON_FORMATS_SAFETENSORS_H_
#define ETALON_COMMON_FORMATS_SAFETENSORS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace etalon {

// The safetensors format (https://github.com/huggingface/safetensors, section
// "Format"): the length of a header as 8 bytes, least significant first; the
// header, a JSON object of names to {dtype, shape, data_offsets}, and of
// "__metadata__" to an object of strings; then the values of all arrays,
// without gaps, row-major, least significant byte first.

// One array of a file. A plain value.
struct StoredTensor {
  using Values = std::variant<std::vector<float>, std::vector<double>,
                              std::vector<int64_t>, std::vector<uint8_t>>;

  std::string name;
  std::vector<int64_t> shape;  // empty: a single number
  Values values;  // row-major, as many as the product of `shape`; its type is
                  // the file's dtype: F32, F64, I64 or U8
};

// What a file holds. A plain value.
struct Safetensors {
  std::map<std::string, std::string> metadata;
  std::vector<StoredTensor> tensors;

  // The array of that name; null where there is none.
  const StoredTensor* Find(absl::string_view name) const;
};

// A header longer than this is refused, both ways. The format's own limit is
// 100 MB; ours holds 5000 arrays and their metadata.
inline constexpr size_t kMaxSafetensorsHeaderBytes = size_t{1} << 20;

// The bytes of a file with this content. They do not depend on the order of the
// arrays: the wider types come first, then it goes by name.
// INVALID_ARGUMENT: a name that is empty, reserved or given twice, text that is
// not UTF-8, a shape that does not fit the values, or a header past the limit.
absl::StatusOr<std::string> EncodeSafetensors(const Safetensors& content);

// The content of a file, arrays in the order of their values in it. Nothing
// that the bytes say is believed: no more memory is used than a small multiple
// of their number, and what does not fit the format exactly is refused.
// DATA_LOSS: the bytes are no such file, or hold a type that is not read here;
// says why.
absl::StatusOr<Safetensors> DecodeSafetensors(absl::string_view bytes);

}  // namespace etalon

#endif  // ETALON_COMMON_FORMATS_SAFETENSORS_H_
