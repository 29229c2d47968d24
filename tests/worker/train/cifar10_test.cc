#include "worker/train/data/cifar10.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "worker/train/data/load_dataset.h"

namespace etalon::train {
namespace {

using ::etalon::testing::IsOk;
using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;

// A file in which record i has label i % 10, first pixel `mark`, then i in two
// bytes: enough to tell every image from every other.
std::vector<uint8_t> MarkedFile(uint8_t mark) {
  std::vector<uint8_t> bytes(kCifar10Format.FileBytes());
  for (int64_t i = 0; i < kCifar10Format.records; ++i) {
    uint8_t* record = bytes.data() + i * kCifar10Format.RecordBytes();
    record[0] = static_cast<uint8_t>(i % 10);
    record[1] = mark;
    record[2] = static_cast<uint8_t>(i >> 8);
    record[3] = static_cast<uint8_t>(i);
  }
  return bytes;
}

void Write(const std::string& path, const std::vector<uint8_t>& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

absl::Status Append(const std::string& path, ImageSet& images) {
  return AppendCifarFile(path, kCifar10Format, images);
}

// Batches 1 (mark 1) and 2 (mark 2) and the test batch (mark 9) in `folder`.
void WriteThreeFiles(const std::string& folder) {
  Write(folder + "/data_batch_1.bin", MarkedFile(1));
  Write(folder + "/data_batch_2.bin", MarkedFile(2));
  Write(folder + "/test_batch.bin", MarkedFile(9));
}

// Which image of which file image `i` is: mark * 65536 + record.
uint32_t Identity(const ImageSet& set, int64_t i) {
  const uint8_t* pixels = set.images.data() + i * kCifarShape.Features();
  return uint32_t{pixels[0]} << 16 | uint32_t{pixels[1]} << 8 | pixels[2];
}

std::set<uint32_t> Identities(const ImageSet& set) {
  std::set<uint32_t> identities;
  for (int64_t i = 0; i < set.size(); ++i) identities.insert(Identity(set, i));
  return identities;
}

TEST(Cifar10Test, BatchesMayTrainAndValidateApart) {
  const TempDir dir;
  WriteThreeFiles(dir.path());
  const absl::StatusOr<Dataset> data =
      ReadCifar10({.batches = {1}, .validation_batches = {2}}, dir.path());
  ETALON_ASSERT_OK(data);
  EXPECT_EQ(data->train.size(), 10'000);
  EXPECT_EQ(data->validation.size(), 10'000);
  EXPECT_EQ(data->test.size(), 10'000);
  EXPECT_EQ(data->train.images[0], 1);
  EXPECT_EQ(data->validation.images[0], 2);
  EXPECT_EQ(data->test.images[0], 9);
}

TEST(Cifar10Test, LabelsStayWithTheirImages) {
  const TempDir dir;
  WriteThreeFiles(dir.path());
  const absl::StatusOr<Dataset> data =
      ReadCifar10({.batches = {1}, .validation = 5'000}, dir.path());
  ETALON_ASSERT_OK(data);
  for (int64_t i = 0; i < data->train.size(); ++i) {
    EXPECT_EQ(data->train.labels[i], (Identity(data->train, i) & 0xffff) % 10);
  }
}

TEST(Cifar10Test, SplitOfTheUnionTakesNoImageTwice) {
  const TempDir dir;
  WriteThreeFiles(dir.path());
  const absl::StatusOr<Dataset> data = ReadCifar10(
      {.batches = {1, 2}, .train = 15'000, .validation = 2'000}, dir.path());
  ETALON_ASSERT_OK(data);
  std::set<uint32_t> images = Identities(data->train);
  EXPECT_EQ(images.size(), 15'000u);
  images.merge(Identities(data->validation));
  EXPECT_EQ(images.size(), 17'000u);
}

TEST(Cifar10Test, SplitDependsOnItsSeed) {
  const TempDir dir;
  WriteThreeFiles(dir.path());
  const auto first_validation_image = [&](uint64_t seed) {
    return Identity(
        ReadCifar10({.batches = {1}, .validation = 10, .seed = seed},
                    dir.path())
            ->validation,
        0);
  };
  EXPECT_EQ(first_validation_image(1), first_validation_image(1));
  EXPECT_NE(first_validation_image(1), first_validation_image(2));
}

TEST(Cifar10Test, TrainingPartMayBeAFewImages) {
  const TempDir dir;
  WriteThreeFiles(dir.path());
  const auto data = LoadDataset(
      Cifar10Spec{.batches = {1}, .validation_batches = {2}, .train = 100},
      dir.path());
  ETALON_ASSERT_OK(data);
  EXPECT_EQ((*data)->sizes().train, 100);
  EXPECT_EQ((*data)->sizes().validation, 10'000);
}

TEST(Cifar10Test, FilesAreFoundInTheFolderOfTheArchiveToo) {
  const TempDir dir;
  const std::string inner = dir.File("cifar-10-batches-bin");
  ASSERT_TRUE(std::filesystem::create_directory(inner));
  WriteThreeFiles(inner);
  EXPECT_THAT(ReadCifar10({.batches = {1}, .validation = 1}, dir.path()),
              IsOk());
  EXPECT_THAT(ReadCifar10({.batches = {1}, .validation = 1}, inner), IsOk());
}

TEST(Cifar10Test, MissingDataSaysWhereItLookedAndHowToGetIt) {
  const TempDir dir;
  const auto names = [](absl::string_view path) {
    return StatusIs(absl::StatusCode::kNotFound,
                    AllOf(HasSubstr(std::string(path)),
                          HasSubstr("deploy/fetch-cifar10.sh DIR")));
  };
  EXPECT_THAT(ReadCifar10({.validation = 1}, dir.path()),
              names(dir.File("data_batch_1.bin")));
  EXPECT_THAT(ReadCifar10({.validation = 1}, dir.File("nowhere")),
              names(dir.File("nowhere")));
  EXPECT_THAT(ReadCifar10({.validation = 1}, ""), names("--data"));
}

TEST(Cifar10Test, TruncatedFileIsRefusedWithItsSize) {
  const TempDir dir;
  std::vector<uint8_t> bytes = MarkedFile(1);
  bytes.pop_back();
  Write(dir.File("a.bin"), bytes);
  ImageSet images;
  EXPECT_THAT(Append(dir.File("a.bin"), images),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr("a.bin"), HasSubstr("30729999"),
                             HasSubstr("30730000"))));
}

TEST(Cifar10Test, FileThatIsTooLongOrEmptyIsRefused) {
  const TempDir dir;
  std::vector<uint8_t> bytes = MarkedFile(1);
  bytes.push_back(0);
  Write(dir.File("long.bin"), bytes);
  Write(dir.File("empty.bin"), {});
  ImageSet images;
  EXPECT_THAT(Append(dir.File("long.bin"), images),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("30730001")));
  EXPECT_THAT(Append(dir.File("empty.bin"), images),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("has 0 bytes")));
}

TEST(Cifar10Test, LabelOutOfRangeIsRefusedWithItsRecord) {
  const TempDir dir;
  std::vector<uint8_t> bytes = MarkedFile(1);
  bytes[1234 * kCifar10Format.RecordBytes()] = 10;
  Write(dir.File("a.bin"), bytes);
  ImageSet images;
  EXPECT_THAT(Append(dir.File("a.bin"), images),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr("record 1234"), HasSubstr("label 10"))));
}

TEST(Cifar10Test, PipesAndFoldersInPlaceOfFilesAreRefusedWithoutWaiting) {
  const TempDir dir;
  ASSERT_EQ(mkfifo(dir.File("pipe.bin").c_str(), 0600), 0);
  ASSERT_TRUE(std::filesystem::create_directory(dir.File("folder.bin")));
  ImageSet images;
  for (const char* name : {"pipe.bin", "folder.bin"}) {
    EXPECT_THAT(Append(dir.File(name), images),
                StatusIs(absl::StatusCode::kNotFound,
                         HasSubstr("is not a regular file")));
  }
}

TEST(Cifar10Test, WrongSpecIsRefusedBeforeAnyFileIsRead) {
  EXPECT_THAT(
      LoadDataset(Cifar10Spec{.batches = {7}, .validation = 1}, "/nowhere"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("batches[0]")));
}

}  // namespace
}  // namespace etalon::train
