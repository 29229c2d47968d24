#include "common/formats/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/formats/safetensors_header.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

static_assert(std::endian::native == std::endian::little,
              "values are copied as they lie in memory");

constexpr size_t kLengthBytes = 8;

const char* TypeName(const StoredTensor::Values& values) {
  static constexpr const char* kNames[] = {"F32", "F64", "I64", "U8"};
  return kNames[values.index()];
}

// No values, of the type that `dtype` names.
absl::StatusOr<StoredTensor::Values> EmptyOfType(const std::string& dtype) {
  if (dtype == "F32") return std::vector<float>();
  if (dtype == "F64") return std::vector<double>();
  if (dtype == "I64") return std::vector<int64_t>();
  if (dtype == "U8") return std::vector<uint8_t>();
  return absl::DataLossError(absl::StrCat("the type ", QuoteStoredName(dtype),
                                          " is not F32, F64, I64 or U8"));
}

template <typename T>
size_t BytesOf(const std::vector<T>&) {
  return sizeof(T);
}

size_t ElementBytes(const StoredTensor::Values& values) {
  return std::visit([](const auto& v) { return BytesOf(v); }, values);
}

// Bytes of an array of this shape; nothing when it is no shape or the bytes
// cannot be counted.
bool CountBytes(const std::vector<int64_t>& shape, size_t element_bytes,
                int64_t& bytes) {
  bytes = static_cast<int64_t>(element_bytes);
  for (const int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(bytes, size, &bytes)) return false;
  }
  return true;
}

absl::Status CheckWritable(const std::vector<const StoredTensor*>& tensors) {
  std::set<std::string> names;
  for (const StoredTensor* tensor : tensors) {
    const auto error = [&](absl::string_view reason) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the array ", QuoteStoredName(tensor->name), " ", reason));
    };
    if (tensor->name.empty()) return error("has no name");
    if (tensor->name == kSafetensorsMetadataKey)
      return error("has a reserved name");
    if (!names.insert(tensor->name).second) return error("is given twice");
    const size_t width = ElementBytes(tensor->values);
    const size_t count =
        std::visit([](const auto& v) { return v.size(); }, tensor->values);
    int64_t bytes;
    if (!CountBytes(tensor->shape, width, bytes) ||
        static_cast<size_t>(bytes) != count * width) {
      return error(absl::StrCat("has ", count, " values and the shape [",
                                absl::StrJoin(tensor->shape, ", "), "]"));
    }
  }
  return absl::OkStatus();
}

// The values of every entry lie one after another and fill the data.
absl::Status CheckLayout(const std::vector<SafetensorsHeader::Entry>& entries,
                         size_t data_bytes) {
  int64_t end = 0;
  for (const SafetensorsHeader::Entry& entry : entries) {
    if (entry.begin != end || entry.end < entry.begin) {
      return absl::DataLossError(absl::StrCat(
          "the array ", QuoteStoredName(entry.name), " lies at [", entry.begin,
          ", ", entry.end, "), not where the one before ends, ", end));
    }
    end = entry.end;
  }
  if (static_cast<uint64_t>(end) != data_bytes) {
    return absl::DataLossError(absl::StrCat("the arrays end at byte ", end,
                                            ", the file's data at byte ",
                                            data_bytes));
  }
  return absl::OkStatus();
}

absl::StatusOr<StoredTensor> DecodeTensor(SafetensorsHeader::Entry entry,
                                          absl::string_view data) {
  const auto error = [&](absl::string_view reason) {
    return absl::DataLossError(
        absl::StrCat("the array ", QuoteStoredName(entry.name), ": ", reason));
  };
  if (entry.name.empty()) return absl::DataLossError("an array has no name");
  absl::StatusOr<StoredTensor::Values> values = EmptyOfType(entry.dtype);
  if (!values.ok()) return error(values.status().message());
  int64_t bytes;
  if (!CountBytes(entry.shape, ElementBytes(*values), bytes) ||
      bytes != entry.end - entry.begin) {
    return error(absl::StrCat("the shape [", absl::StrJoin(entry.shape, ", "),
                              "] of ", entry.dtype, " does not fill its ",
                              entry.end - entry.begin, " bytes"));
  }
  std::visit(
      [&](auto& v) {
        v.resize(static_cast<size_t>(bytes) / BytesOf(v));
        // An empty array has no address to copy to.
        if (bytes > 0) std::memcpy(v.data(), data.data() + entry.begin, bytes);
      },
      *values);
  return StoredTensor{std::move(entry.name), std::move(entry.shape),
                      *std::move(values)};
}

}  // namespace

const StoredTensor* Safetensors::Find(absl::string_view name) const {
  const auto found = std::find_if(
      tensors.begin(), tensors.end(),
      [&](const StoredTensor& tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

absl::StatusOr<std::string> EncodeSafetensors(const Safetensors& content) {
  std::vector<const StoredTensor*> tensors;
  for (const StoredTensor& tensor : content.tensors) tensors.push_back(&tensor);
  ETALON_RETURN_IF_ERROR(CheckWritable(tensors));
  // The wider types first, so that every array is aligned.
  std::sort(tensors.begin(), tensors.end(),
            [](const StoredTensor* a, const StoredTensor* b) {
              const size_t width_a = ElementBytes(a->values);
              const size_t width_b = ElementBytes(b->values);
              return std::tie(width_b, a->name) < std::tie(width_a, b->name);
            });

  SafetensorsHeader header;
  header.metadata = content.metadata;
  int64_t end = 0;
  for (const StoredTensor* tensor : tensors) {
    const int64_t begin = end;
    int64_t bytes = 0;
    CountBytes(tensor->shape, ElementBytes(tensor->values), bytes);
    end += bytes;
    header.entries.push_back(
        {tensor->name, TypeName(tensor->values), tensor->shape, begin, end});
  }
  ETALON_ASSIGN_OR_RETURN(const std::string json,
                          FormatSafetensorsHeader(header));
  if (json.size() > kMaxSafetensorsHeaderBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the header has ", json.size(), " bytes, more than ",
                     kMaxSafetensorsHeaderBytes));
  }

  const uint64_t length = json.size();
  std::string bytes(kLengthBytes, '\0');
  bytes.reserve(kLengthBytes + json.size() + static_cast<size_t>(end));
  std::memcpy(bytes.data(), &length, kLengthBytes);
  bytes += json;
  for (const StoredTensor* tensor : tensors) {
    std::visit(
        [&](const auto& v) {
          bytes.append(reinterpret_cast<const char*>(v.data()),
                       v.size() * BytesOf(v));
        },
        tensor->values);
  }
  return bytes;
}

absl::StatusOr<Safetensors> DecodeSafetensors(absl::string_view bytes) {
  if (bytes.size() < kLengthBytes) {
    return absl::DataLossError(absl::StrCat("cut short: ", bytes.size(),
                                            " bytes hold no header length"));
  }
  uint64_t length;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  bytes.remove_prefix(kLengthBytes);
  if (length > kMaxSafetensorsHeaderBytes) {
    return absl::DataLossError(absl::StrCat("the header claims ", length,
                                            " bytes, more than ",
                                            kMaxSafetensorsHeaderBytes));
  }
  if (length > bytes.size()) {
    return absl::DataLossError(absl::StrCat(
        "cut short: the header claims ", length, " bytes of ", bytes.size()));
  }
  ETALON_ASSIGN_OR_RETURN(SafetensorsHeader header,
                          ParseSafetensorsHeader(bytes.substr(0, length)));
  const absl::string_view data = bytes.substr(length);

  std::sort(header.entries.begin(), header.entries.end(),
            [](const auto& a, const auto& b) {
              return std::tie(a.begin, a.end, a.name) <
                     std::tie(b.begin, b.end, b.name);
            });
  ETALON_RETURN_IF_ERROR(CheckLayout(header.entries, data.size()));
  Safetensors content;
  content.metadata = std::move(header.metadata);
  for (SafetensorsHeader::Entry& entry : header.entries) {
    ETALON_ASSIGN_OR_RETURN(StoredTensor tensor,
                            DecodeTensor(std::move(entry), data));
    content.tensors.push_back(std::move(tensor));
  }
  return content;
}

}  // namespace etalon
