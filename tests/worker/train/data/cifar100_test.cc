#include "worker/train/data/cifar100.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/worker/train/data/idx_files.h"

namespace etalon::train {
namespace {

using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

// Record i has the class i % 100, its fifth as superclass, and i in the first
// three pixels.
Bytes Records(int64_t count) {
  const CifarFormat format = Cifar100Format(count, false);
  Bytes bytes(static_cast<size_t>(format.FileBytes()));
  for (int64_t i = 0; i < count; ++i) {
    uint8_t* record = bytes.data() + i * format.RecordBytes();
    record[0] = static_cast<uint8_t>(i % 100 / 5);
    record[1] = static_cast<uint8_t>(i % 100);
    record[2] = static_cast<uint8_t>(i >> 16);
    record[3] = static_cast<uint8_t>(i >> 8);
    record[4] = static_cast<uint8_t>(i);
  }
  return bytes;
}

int64_t Identity(const ImageSet& set, int64_t i) {
  const uint8_t* pixels = set.images.data() + i * kCifarShape.Features();
  return pixels[0] << 16 | pixels[1] << 8 | pixels[2];
}

class Cifar100Test : public ::testing::Test {
 protected:
  Cifar100Test() {
    const std::string folder = dir_.File("cifar-100-binary");
    std::filesystem::create_directory(folder);
    WriteBytes(folder + "/train.bin", Records(50'000));
    WriteBytes(folder + "/test.bin", Records(10'000));
  }
  std::string File(const std::string& name) const {
    return dir_.File("cifar-100-binary/" + name);
  }

  const TempDir dir_;
};

TEST_F(Cifar100Test, ImagesHaveTheirClassOrTheirSuperclass) {
  for (const bool coarse : {false, true}) {
    const absl::StatusOr<Dataset> data = ReadCifar100(
        {.coarse_labels = coarse, .train = 1000, .validation = 500},
        dir_.path());
    ETALON_ASSERT_OK(data);
    EXPECT_EQ(data->shape, kCifarShape);
    EXPECT_EQ(data->classes, coarse ? 20 : 100);
    EXPECT_EQ(data->train.size(), 1000);
    EXPECT_EQ(data->validation.size(), 500);
    EXPECT_EQ(data->test.size(), 10'000);
    for (int64_t i = 0; i < 1000; ++i) {
      const int64_t fine = Identity(data->train, i) % 100;
      ASSERT_EQ(data->train.labels[static_cast<size_t>(i)],
                coarse ? fine / 5 : fine);
    }
  }
}

TEST_F(Cifar100Test, MayStandInTheFolderOfItsPath) {
  const Cifar100Spec spec = {.validation = 1, .path = "old/copy"};
  EXPECT_THAT(ReadCifar100(spec, dir_.path()),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("old/copy")));
  std::filesystem::create_directory(dir_.File("old"));
  std::filesystem::rename(dir_.File("cifar-100-binary"), dir_.File("old/copy"));
  ETALON_EXPECT_OK(ReadCifar100(spec, dir_.path()));
}

TEST_F(Cifar100Test, FilesOfAnotherSizeAreRefused) {
  std::filesystem::rename(File("test.bin"), File("train.bin"));
  const auto is_wrong = StatusIs(
      kDataLoss,
      AllOf(HasSubstr("train.bin has 30740000 bytes"), HasSubstr("153700000")));
  EXPECT_THAT(ReadCifar100({.validation = 1}, dir_.path()), is_wrong);
  EXPECT_THAT(ProbeCifar100(dir_.path()), is_wrong);
}

TEST_F(Cifar100Test, LabelsThatAreNoClassAreRefused) {
  Bytes records = Records(50'000);
  const int64_t record = 7 * Cifar100Format(50'000, false).RecordBytes();
  records[static_cast<size_t>(record)] = 20;
  records[static_cast<size_t>(record + 1)] = 100;
  WriteBytes(File("train.bin"), records);
  EXPECT_THAT(ReadCifar100({.validation = 1}, dir_.path()),
              StatusIs(kDataLoss, HasSubstr("record 7 (from 0) has the label "
                                            "100; labels are 0 to 99")));
  EXPECT_THAT(
      ReadCifar100({.coarse_labels = true, .validation = 1}, dir_.path()),
      StatusIs(kDataLoss, HasSubstr("label 20; labels are 0 to 19")));
}

TEST_F(Cifar100Test, ProbeFindsBothFiles) {
  ETALON_EXPECT_OK(ProbeCifar100(dir_.path()));
  std::filesystem::remove(File("test.bin"));
  EXPECT_THAT(ProbeCifar100(dir_.path()),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("test.bin")));
}

}  // namespace
}  // namespace etalon::train
