#include "tests/worker/train/data/idx_files.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

namespace etalon::train {

Bytes IdxFile(const std::vector<uint32_t>& dimensions, const Bytes& values) {
  Bytes file = {0, 0, 8, static_cast<uint8_t>(dimensions.size())};
  for (const uint32_t dimension : dimensions) {
    for (const int shift : {24, 16, 8, 0}) {
      file.push_back(static_cast<uint8_t>(dimension >> shift));
    }
  }
  file.insert(file.end(), values.begin(), values.end());
  return file;
}

Bytes IdxImageFile(uint32_t count, uint32_t height, uint32_t width) {
  Bytes pixels;
  for (uint32_t i = 0; i < count; ++i) {
    for (uint32_t j = 0; j < height * width; ++j) {
      pixels.push_back(static_cast<uint8_t>(j < width ? 10 * (j + 1) : i));
    }
  }
  return IdxFile({count, height, width}, pixels);
}

Bytes IdxLabelFile(uint32_t count, uint32_t classes) {
  Bytes labels;
  for (uint32_t i = 0; i < count; ++i) {
    labels.push_back(static_cast<uint8_t>(i % classes));
  }
  return IdxFile({count}, labels);
}

Bytes Gzip(const Bytes& bytes) {
  z_stream stream{};
  GTEST_CHECK_(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED,
                            MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes packed(deflateBound(&stream, bytes.size()));
  stream.next_in = const_cast<uint8_t*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  GTEST_CHECK_(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

void WriteBytes(const std::string& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

void WriteIdxDataset(const std::string& folder) {
  std::filesystem::create_directories(folder);
  WriteBytes(folder + "/train-images-idx3-ubyte.gz",
             Gzip(IdxImageFile(60, 4, 3)));
  WriteBytes(folder + "/train-labels.idx1-ubyte", IdxLabelFile(60, 3));
  WriteBytes(folder + "/t10k-images-idx3-ubyte", IdxImageFile(20, 4, 3));
  WriteBytes(folder + "/t10k-labels-idx1-ubyte", IdxLabelFile(20, 3));
}

}  // namespace etalon::train
