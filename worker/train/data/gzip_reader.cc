#include "worker/train/data/gzip_reader.h"

#include <algorithm>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace etalon::train {
namespace {

// Deflate packs at most 258 bytes into 2 bits (zlib's technical notes,
// https://zlib.net/zlib_tech.html, "Maximum Compression Factor").
constexpr int64_t kMostPerByte = 1032;

// zlib's way of asking for a gzip header and trailer.
constexpr int kGzipWindow = MAX_WBITS + 16;

}  // namespace

absl::StatusOr<std::unique_ptr<GzipReader>> GzipReader::Create(
    std::unique_ptr<ByteReader> packed) {
  std::unique_ptr<GzipReader> reader(new GzipReader(std::move(packed)));
  if (inflateInit2(&reader->stream_, kGzipWindow) != Z_OK) {
    return absl::ResourceExhaustedError(
        absl::StrCat("not enough memory to unpack ", reader->path()));
  }
  reader->initialized_ = true;
  return reader;
}

GzipReader::~GzipReader() {
  if (initialized_) inflateEnd(&stream_);
}

int64_t GzipReader::MostBytes() const {
  const int64_t packed = packed_->MostBytes();
  return packed > std::numeric_limits<int64_t>::max() / kMostPerByte
             ? std::numeric_limits<int64_t>::max()
             : packed * kMostPerByte;
}

absl::Status GzipReader::Damaged(absl::string_view what) const {
  return absl::DataLossError(
      absl::StrCat(path(), " cannot be unpacked: ", what));
}

absl::Status GzipReader::Fill() {
  if (stream_.avail_in > 0) return absl::OkStatus();
  ETALON_ASSIGN_OR_RETURN(
      const int64_t size,
      packed_->Read(input_.data(), static_cast<int64_t>(input_.size())));
  stream_.next_in = input_.data();
  stream_.avail_in = static_cast<uInt>(size);
  return absl::OkStatus();
}

absl::Status GzipReader::CheckEnd() {
  ETALON_RETURN_IF_ERROR(Fill());
  if (stream_.avail_in == 0) return absl::OkStatus();
  return Damaged("something follows the gzip data");
}

absl::StatusOr<int64_t> GzipReader::Read(uint8_t* buffer, int64_t size) {
  int64_t done = 0;
  while (done < size && !ended_) {
    ETALON_RETURN_IF_ERROR(Fill());
    if (stream_.avail_in == 0) return Damaged("it is cut off");
    const int64_t room =
        std::min<int64_t>(size - done, std::numeric_limits<uInt>::max());
    stream_.next_out = buffer + done;
    stream_.avail_out = static_cast<uInt>(room);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    done += room - int64_t{stream_.avail_out};
    if (result == Z_MEM_ERROR) {
      return absl::ResourceExhaustedError(
          absl::StrCat("not enough memory to unpack ", path()));
    }
    if (result == Z_STREAM_END) {
      ended_ = true;
      ETALON_RETURN_IF_ERROR(CheckEnd());
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return Damaged(stream_.msg != nullptr ? stream_.msg
                                            : "it is no gzip file");
    }
  }
  return done;
}

}  // namespace etalon::train
