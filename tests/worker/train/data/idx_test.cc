#include "worker/train/data/idx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <ostream>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/worker/train/data/idx_files.h"

namespace etalon::train {
namespace {

using ::etalon::testing::IsOk;
using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

Bytes Shortened(Bytes bytes, size_t by) {
  bytes.resize(bytes.size() - by);
  return bytes;
}

Bytes Changed(Bytes bytes, size_t at, uint8_t value) {
  bytes.at(at) = value;
  return bytes;
}

TEST(IdxTest, ImagesAndLabelsAreReadAsTheyWereWritten) {
  const TempDir dir;
  WriteBytes(dir.File("images"), IdxFile({2, 1, 3}, {1, 2, 3, 4, 5, 6}));
  WriteBytes(dir.File("labels"), IdxFile({2}, {7, 8}));
  const absl::StatusOr<IdxImages> images = ReadIdxImages(dir.File("images"));
  ETALON_ASSERT_OK(images);
  EXPECT_EQ(images->count, 2);
  EXPECT_EQ(images->height, 1);
  EXPECT_EQ(images->width, 3);
  EXPECT_THAT(images->pixels, ElementsAre(1, 2, 3, 4, 5, 6));
  const absl::StatusOr<Bytes> labels = ReadIdxLabels(dir.File("labels"));
  ETALON_ASSERT_OK(labels);
  EXPECT_THAT(*labels, ElementsAre(7, 8));
}

TEST(IdxTest, APackedFileHoldsTheSame) {
  const TempDir dir;
  // Larger than the buffer that packed bytes are read into.
  WriteBytes(dir.File("plain"), IdxImageFile(3000, 28, 28));
  WriteBytes(dir.File("packed.gz"), Gzip(IdxImageFile(3000, 28, 28)));
  const absl::StatusOr<IdxImages> plain = ReadIdxImages(dir.File("plain"));
  const absl::StatusOr<IdxImages> packed = ReadIdxImages(dir.File("packed.gz"));
  ETALON_ASSERT_OK(plain);
  ETALON_ASSERT_OK(packed);
  EXPECT_EQ(packed->count, 3000);
  EXPECT_EQ(packed->pixels, plain->pixels);
}

struct BadFile {
  std::string name;
  Bytes bytes;
  std::string message;
};

void PrintTo(const BadFile& file, std::ostream* stream) {
  *stream << file.name;
}

class BadImageFile : public ::testing::TestWithParam<BadFile> {};

TEST_P(BadImageFile, IsRefused) {
  const TempDir dir;
  WriteBytes(dir.File("a"), GetParam().bytes);
  EXPECT_THAT(ReadIdxImages(dir.File("a")),
              StatusIs(kDataLoss, AllOf(HasSubstr(dir.File("a")),
                                        HasSubstr(GetParam().message))));
}

// Packing changes nothing about what is wrong.
TEST_P(BadImageFile, IsRefusedWhenItIsPacked) {
  const TempDir dir;
  WriteBytes(dir.File("a.gz"), Gzip(GetParam().bytes));
  EXPECT_THAT(ReadIdxImages(dir.File("a.gz")),
              StatusIs(kDataLoss, HasSubstr(dir.File("a.gz"))));
}

INSTANTIATE_TEST_SUITE_P(
    IdxTest, BadImageFile,
    ::testing::Values(
        BadFile{"Empty", {}, "is cut off: 4 bytes are missing"},
        BadFile{"CutInTheMagic", {0, 0, 8}, "is cut off: 1 bytes are missing"},
        BadFile{"CutInTheDimensions",
                {0, 0, 8, 3, 0, 0, 0, 1, 0},
                "is cut off: 3 bytes are missing"},
        BadFile{"CutInThePixels", Shortened(IdxImageFile(2, 4, 3), 1),
                "is cut off: its header claims 2 x 4 x 3 bytes"},
        BadFile{"HeaderAlone", IdxFile({2, 4, 3}, {}), "is cut off"},
        BadFile{"TooLong", IdxFile({1, 1, 1}, {1, 2}),
                "holds more than the 1 x 1 x 1 bytes"},
        BadFile{"LabelsInPlaceOfImages", IdxLabelFile(60, 3),
                "has 1 dimensions, images have 3; it is a file of labels"},
        BadFile{"TwoDimensions", IdxFile({2, 2}, {1, 2, 3, 4}),
                "has 2 dimensions, images have 3"},
        BadFile{"WrongMagic", Changed(IdxImageFile(2, 4, 3), 0, 7),
                "begins with 7 0 8 3"},
        BadFile{"NumbersOfFourBytes", Changed(IdxImageFile(2, 4, 3), 2, 0x0D),
                "begins with 0 0 13 3"},
        BadFile{"NoImages", IdxFile({0, 4, 3}, {}), "dimension 0 is 0"},
        BadFile{"NoHeight", IdxFile({2, 0, 3}, {}), "dimension 1 is 0"},
        BadFile{"NoWidth", IdxFile({2, 4, 0}, {}), "dimension 2 is 0"},
        BadFile{"SizeThatOverflows",
                IdxFile({0xffffffff, 0xffffffff, 0xffffffff}, {1, 2, 3}),
                "at most 1073741824 are read"},
        BadFile{"ABytePastTheLimit", IdxFile({(1u << 30) + 1, 1, 1}, {1, 2, 3}),
                "at most 1073741824 are read"}),
    [](const auto& info) { return info.param.name; });

TEST(IdxTest, ImagesInPlaceOfLabelsAreRefused) {
  const TempDir dir;
  WriteBytes(dir.File("a"), IdxImageFile(2, 4, 3));
  EXPECT_THAT(ReadIdxLabels(dir.File("a")),
              StatusIs(kDataLoss, HasSubstr("it is a file of images")));
}

TEST(IdxTest, NotAGzipFileIsRefused) {
  const TempDir dir;
  WriteBytes(dir.File("a.gz"), IdxImageFile(2, 4, 3));
  EXPECT_THAT(ReadIdxImages(dir.File("a.gz")),
              StatusIs(kDataLoss, HasSubstr("cannot be unpacked")));
}

// Wherever it is cut: in the header, the data, the checksum.
TEST(IdxTest, CutOffGzipIsRefused) {
  const TempDir dir;
  const Bytes whole = Gzip(IdxImageFile(2, 4, 3));
  for (size_t by = 1; by <= whole.size(); ++by) {
    WriteBytes(dir.File("a.gz"), Shortened(whole, by));
    EXPECT_THAT(ReadIdxImages(dir.File("a.gz")),
                StatusIs(kDataLoss, HasSubstr("cut off")))
        << by;
  }
}

TEST(IdxTest, GzipWithAWrongChecksumIsRefused) {
  const TempDir dir;
  Bytes packed = Gzip(IdxImageFile(2, 4, 3));
  packed[packed.size() - 6] ^= 1;
  WriteBytes(dir.File("a.gz"), packed);
  EXPECT_THAT(ReadIdxImages(dir.File("a.gz")),
              StatusIs(kDataLoss, HasSubstr("cannot be unpacked")));
}

TEST(IdxTest, AnythingAfterTheGzipDataIsRefused) {
  const TempDir dir;
  Bytes packed = Gzip(IdxImageFile(2, 4, 3));
  packed.push_back(0);
  WriteBytes(dir.File("a.gz"), packed);
  EXPECT_THAT(ReadIdxImages(dir.File("a.gz")),
              StatusIs(kDataLoss, HasSubstr("something follows")));
}

// 64 MiB behind a header that says 24 bytes: no more than those are unpacked.
TEST(IdxTest, ABombIsReadNoFurtherThanItsHeaderSays) {
  const TempDir dir;
  Bytes bomb = IdxImageFile(2, 4, 3);
  bomb.resize(64 << 20);
  WriteBytes(dir.File("a.gz"), Gzip(bomb));
  EXPECT_THAT(ReadIdxImages(dir.File("a.gz")),
              StatusIs(kDataLoss, HasSubstr("holds more than the 2 x 4 x 3")));
}

// A gigabyte, which so few packed bytes cannot hold.
TEST(IdxTest, AHeaderThatAsksForMoreThanCanComeCostsNoMemory) {
  const TempDir dir;
  WriteBytes(dir.File("a.gz"), Gzip(IdxFile({1 << 20, 32, 32}, {1, 2, 3})));
  EXPECT_THAT(ReadIdxImages(dir.File("a.gz")),
              StatusIs(kDataLoss, HasSubstr("it is too short to hold")));
}

TEST(IdxTest, OnlyRegularFilesAreReadAndNoneIsWaitedFor) {
  const TempDir dir;
  ASSERT_EQ(mkfifo(dir.File("pipe").c_str(), 0600), 0);
  ASSERT_TRUE(std::filesystem::create_directory(dir.File("folder.gz")));
  for (const char* name : {"pipe", "folder.gz"}) {
    EXPECT_THAT(ReadIdxImages(dir.File(name)),
                StatusIs(absl::StatusCode::kNotFound,
                         HasSubstr("is not a regular file")));
  }
  EXPECT_THAT(
      ReadIdxImages(dir.File("none")),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("does not exist")));
}

}  // namespace
}  // namespace etalon::train
