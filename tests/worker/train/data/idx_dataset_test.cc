#include "worker/train/data/idx_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/worker/train/data/idx_files.h"
#include "worker/train/data/load_dataset.h"

namespace etalon::train {
namespace {

using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Kind = IdxSpec::Kind;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

// Which image of the file image `i` is.
int Identity(const ImageSet& set, int64_t i) {
  return set.images[static_cast<size_t>(i * 12 + 3)];
}

class IdxDatasetTest : public ::testing::Test {
 protected:
  IdxDatasetTest() { WriteIdxDataset(dir_.File("letters")); }

  std::string File(const std::string& name) const {
    return dir_.File("letters/" + name);
  }
  absl::StatusOr<Dataset> Read(const IdxSpec& spec) const {
    return ReadIdxDataset(spec, dir_.path());
  }

  const TempDir dir_;
  const IdxSpec spec_ = {
      .train = 40, .validation = 20, .seed = 1, .path = "letters"};
};

TEST_F(IdxDatasetTest, EveryImageIsInOnePartWithItsLabel) {
  const absl::StatusOr<Dataset> data = Read(spec_);
  ETALON_ASSERT_OK(data);
  EXPECT_EQ(data->shape, (ImageShape{1, 4, 3}));
  EXPECT_EQ(data->classes, 3);
  EXPECT_EQ(data->train.size(), 40);
  EXPECT_EQ(data->validation.size(), 20);
  EXPECT_EQ(data->test.size(), 20);
  std::set<int> seen;
  for (const ImageSet* part : {&data->train, &data->validation}) {
    for (int64_t i = 0; i < part->size(); ++i) {
      seen.insert(Identity(*part, i));
      EXPECT_EQ(part->labels[static_cast<size_t>(i)], Identity(*part, i) % 3);
    }
  }
  EXPECT_EQ(seen.size(), 60u);
  for (int64_t i = 0; i < 20; ++i) EXPECT_EQ(Identity(data->test, i), i);
}

TEST_F(IdxDatasetTest, SplitDependsOnItsSeed) {
  IdxSpec other = spec_;
  other.seed = 2;
  EXPECT_EQ(Read(spec_)->train.images, Read(spec_)->train.images);
  EXPECT_NE(Read(spec_)->train.images, Read(other)->train.images);
}

TEST_F(IdxDatasetTest, MoreImagesThanThereAreAreTheAskersError) {
  IdxSpec spec = spec_;
  spec.train = 41;
  EXPECT_THAT(Read(spec),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("dataset.train is 41"),
                             HasSubstr("60 training images in all"))));
}

TEST_F(IdxDatasetTest, MissingFilesAreNamed) {
  std::filesystem::remove(File("t10k-labels-idx1-ubyte"));
  EXPECT_THAT(Read(spec_),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr(dir_.File("letters")),
                             HasSubstr("no file t10k-labels-idx1-ubyte"))));
}

TEST_F(IdxDatasetTest, MissingFoldersAreNamed) {
  IdxSpec spec = spec_;
  spec.path = "digits";
  EXPECT_THAT(Read(spec), StatusIs(absl::StatusCode::kNotFound,
                                   HasSubstr("digits is not a directory")));
  EXPECT_THAT(ReadIdxDataset(spec_, ""),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("--data")));
}

TEST_F(IdxDatasetTest, SwappedFilesAreRefused) {
  std::filesystem::rename(File("t10k-labels-idx1-ubyte"), File("labels"));
  std::filesystem::rename(File("t10k-images-idx3-ubyte"),
                          File("t10k-labels-idx1-ubyte"));
  std::filesystem::rename(File("labels"), File("t10k-images-idx3-ubyte"));
  EXPECT_THAT(Read(spec_),
              StatusIs(kDataLoss, AllOf(HasSubstr("t10k-images-idx3-ubyte"),
                                        HasSubstr("a file of labels"))));
}

TEST_F(IdxDatasetTest, ImagesAndLabelsMustBeEquallyMany) {
  WriteBytes(File("train-labels.idx1-ubyte"), IdxLabelFile(59, 3));
  EXPECT_THAT(Read(spec_), StatusIs(kDataLoss, AllOf(HasSubstr("60 images"),
                                                     HasSubstr("59 labels"))));
}

TEST_F(IdxDatasetTest, TestImagesMustBeShapedAsTrainingImages) {
  WriteBytes(File("t10k-images-idx3-ubyte"), IdxImageFile(20, 3, 4));
  EXPECT_THAT(Read(spec_), StatusIs(kDataLoss, AllOf(HasSubstr("4 x 3"),
                                                     HasSubstr("3 x 4"))));
}

TEST_F(IdxDatasetTest, APipeInPlaceOfAFileIsNoFile) {
  std::filesystem::remove(File("t10k-labels-idx1-ubyte"));
  ASSERT_EQ(mkfifo(File("t10k-labels-idx1-ubyte").c_str(), 0600), 0);
  EXPECT_THAT(Read(spec_), StatusIs(absl::StatusCode::kNotFound,
                                    HasSubstr("t10k-labels-idx1-ubyte")));
}

TEST_F(IdxDatasetTest, PathsThatLeaveTheDataDirectoryAreRefused) {
  for (const char* path : {"/etc", "../letters", "letters/..", "a//b", "."}) {
    IdxSpec spec = spec_;
    spec.path = path;
    EXPECT_THAT(
        LoadDataset(spec, dir_.path()),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dataset.path")))
        << path;
    EXPECT_THAT(Read(spec),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("path")))
        << path;
  }
}

// Files of another data set under MNIST's name must not pass for it.
TEST_F(IdxDatasetTest, MnistMustHaveItsSize) {
  for (const Kind kind : {Kind::kMnist, Kind::kFashionMnist}) {
    IdxSpec spec = spec_;
    spec.kind = kind;
    EXPECT_THAT(Read(spec),
                StatusIs(kDataLoss, AllOf(HasSubstr("60 training and 20 test"),
                                          HasSubstr("60000 and 10000"))));
  }
}

TEST(MnistTest, StandsInItsUsualFolderOrThatOfItsPath) {
  const TempDir dir;
  std::filesystem::create_directory(dir.File("mnist"));
  WriteBytes(dir.File("mnist/train-images-idx3-ubyte.gz"),
             Gzip(IdxImageFile(60'000, 28, 28)));
  WriteBytes(dir.File("mnist/train-labels-idx1-ubyte"),
             IdxLabelFile(60'000, 10));
  WriteBytes(dir.File("mnist/t10k-images-idx3-ubyte.gz"),
             Gzip(IdxImageFile(10'000, 28, 28)));
  WriteBytes(dir.File("mnist/t10k-labels-idx1-ubyte"), IdxLabelFile(10'000, 9));
  ETALON_EXPECT_OK(ProbeIdxDataset(Kind::kMnist, dir.path()));
  EXPECT_THAT(
      ProbeIdxDataset(Kind::kFashionMnist, dir.path()),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("fashion-mnist")));
  const absl::StatusOr<Dataset> data = ReadIdxDataset(
      {.kind = Kind::kMnist, .train = 100, .validation = 50}, dir.path());
  ETALON_ASSERT_OK(data);
  EXPECT_EQ(data->shape, (ImageShape{1, 28, 28}));
  EXPECT_EQ(data->classes, 10);
  ETALON_EXPECT_OK(ReadIdxDataset(
      {.kind = Kind::kFashionMnist, .validation = 50, .path = "mnist"},
      dir.path()));

  WriteBytes(dir.File("mnist/t10k-labels-idx1-ubyte"),
             IdxLabelFile(10'000, 11));
  EXPECT_THAT(
      ReadIdxDataset({.kind = Kind::kMnist, .validation = 50}, dir.path()),
      StatusIs(kDataLoss, HasSubstr("has the label 10")));
}

}  // namespace
}  // namespace etalon::train
