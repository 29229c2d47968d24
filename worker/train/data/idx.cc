#include "worker/train/data/idx.h"

#include <array>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status_macros.h"
#include "worker/train/data/gzip_reader.h"
#include "worker/train/data/regular_file.h"

namespace etalon::train {
namespace {

constexpr uint8_t kByteType = 8;

// Dimensions of a file of labels, and of images.
constexpr int kLabels = 1;
constexpr int kImages = 3;

struct IdxArray {
  std::vector<int64_t> dimensions;
  std::vector<uint8_t> values;
};

absl::StatusOr<std::unique_ptr<ByteReader>> Open(const std::string& path) {
  ETALON_ASSIGN_OR_RETURN(std::unique_ptr<ByteReader> file,
                          RegularFile::Open(path));
  if (!absl::EndsWith(path, ".gz")) return file;
  return GzipReader::Create(std::move(file));
}

absl::Status Wrong(const ByteReader& reader, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(reader.path(), " ", what));
}

// Reads exactly `size` bytes.
absl::Status ReadExactly(ByteReader& reader, uint8_t* buffer, int64_t size) {
  ETALON_ASSIGN_OR_RETURN(const int64_t read, reader.Read(buffer, size));
  if (read == size) return absl::OkStatus();
  return Wrong(reader,
               absl::StrCat("is cut off: ", size - read, " bytes are missing"));
}

absl::string_view Content(int dimensions) {
  return dimensions == kLabels ? "labels" : "images";
}

absl::Status CheckMagic(const ByteReader& reader,
                        const std::array<uint8_t, 4>& magic, int dimensions) {
  if (magic[0] != 0 || magic[1] != 0 || magic[2] != kByteType) {
    return Wrong(reader,
                 absl::StrCat("is no IDX file of bytes: it begins with ",
                              absl::StrJoin(magic, " "), " and not with 0 0 ",
                              kByteType, " ", dimensions));
  }
  if (magic[3] == dimensions) return absl::OkStatus();
  const int other = dimensions == kLabels ? kImages : kLabels;
  return Wrong(reader, absl::StrCat("has ", magic[3], " dimensions, ",
                                    Content(dimensions), " have ", dimensions,
                                    magic[3] == other
                                        ? absl::StrCat("; it is a file of ",
                                                       Content(other))
                                        : ""));
}

// The numbers of an array; 0 when they are more than kMaxIdxBytes.
int64_t Product(const std::vector<int64_t>& dimensions) {
  int64_t product = 1;
  for (const int64_t dimension : dimensions) {
    if (dimension > kMaxIdxBytes / product) return 0;
    product *= dimension;
  }
  return product;
}

absl::StatusOr<std::vector<int64_t>> ReadHeader(ByteReader& reader,
                                                int dimensions) {
  std::array<uint8_t, 4> bytes;
  ETALON_RETURN_IF_ERROR(ReadExactly(reader, bytes.data(), bytes.size()));
  ETALON_RETURN_IF_ERROR(CheckMagic(reader, bytes, dimensions));
  std::vector<int64_t> sizes;
  for (int i = 0; i < dimensions; ++i) {
    ETALON_RETURN_IF_ERROR(ReadExactly(reader, bytes.data(), bytes.size()));
    sizes.push_back(int64_t{bytes[0]} << 24 | int64_t{bytes[1]} << 16 |
                    int64_t{bytes[2]} << 8 | int64_t{bytes[3]});
    if (sizes.back() == 0) {
      return Wrong(reader, absl::StrCat("has no ", Content(dimensions),
                                        ": dimension ", i, " is 0"));
    }
  }
  return sizes;
}

absl::StatusOr<IdxArray> ReadIdx(const std::string& path, int dimensions) {
  ETALON_ASSIGN_OR_RETURN(const std::unique_ptr<ByteReader> reader, Open(path));
  IdxArray array;
  ETALON_ASSIGN_OR_RETURN(array.dimensions, ReadHeader(*reader, dimensions));
  const int64_t size = Product(array.dimensions);
  if (size == 0) {
    return Wrong(*reader,
                 absl::StrCat("claims ", absl::StrJoin(array.dimensions, " x "),
                              " bytes; at most ", kMaxIdxBytes, " are read"));
  }
  const int64_t header = 4 + 4 * dimensions;
  if (size > reader->MostBytes() - header) {
    return Wrong(*reader, absl::StrCat("is cut off: its header claims ",
                                       absl::StrJoin(array.dimensions, " x "),
                                       " bytes, "
                                       "which it is too short to hold"));
  }
  array.values.resize(static_cast<size_t>(size));
  ETALON_RETURN_IF_ERROR(ReadExactly(*reader, array.values.data(), size));
  uint8_t surplus;
  ETALON_ASSIGN_OR_RETURN(const int64_t more, reader->Read(&surplus, 1));
  if (more == 0) return array;
  return Wrong(*reader, absl::StrCat("holds more than the ",
                                     absl::StrJoin(array.dimensions, " x "),
                                     " bytes that its header says"));
}

}  // namespace

absl::StatusOr<IdxImages> ReadIdxImages(const std::string& path) {
  ETALON_ASSIGN_OR_RETURN(IdxArray array, ReadIdx(path, kImages));
  return IdxImages{.count = array.dimensions[0],
                   .height = array.dimensions[1],
                   .width = array.dimensions[2],
                   .pixels = std::move(array.values)};
}

absl::StatusOr<std::vector<uint8_t>> ReadIdxLabels(const std::string& path) {
  ETALON_ASSIGN_OR_RETURN(IdxArray array, ReadIdx(path, kLabels));
  return std::move(array.values);
}

}  // namespace etalon::train
