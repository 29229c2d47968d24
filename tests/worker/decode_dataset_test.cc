// What a worker makes of the data sets that trials name, and what it refuses.
#include "worker/decode_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <variant>

#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"
#include "tests/worker/plan_samples.h"

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Values;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(DecodeDataset, TakesSynthetic) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const train::DatasetSpec spec,
      DecodeDataset(SampleTrial().training().dataset()));
  const auto& synthetic = std::get<train::SyntheticSpec>(spec);
  EXPECT_EQ(synthetic.train, 400);
  EXPECT_EQ(synthetic.validation, 100);
  EXPECT_EQ(synthetic.test, 50);
  EXPECT_EQ(synthetic.seed, 3u);
}

TEST(DecodeDataset, TakesASplitOfCifar10) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const train::DatasetSpec spec,
      DecodeDataset(ParseTextProto<v1::Dataset>(
          "name: 'cifar10' train: 45000 validation: 5000 seed: 9")));
  const auto& cifar10 = std::get<train::Cifar10Spec>(spec);
  EXPECT_THAT(cifar10.batches, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(cifar10.validation_batches, IsEmpty());
  EXPECT_EQ(cifar10.train, 45000);
  EXPECT_EQ(cifar10.validation, 5000);
  EXPECT_EQ(cifar10.seed, 9u);
}

TEST(DecodeDataset, TakesFilesOfCifar10) {
  ETALON_ASSERT_OK_AND_ASSIGN(const train::DatasetSpec spec,
                              DecodeDataset(ParseTextProto<v1::Dataset>(
                                  "name: 'cifar10' batches { values: 1 } "
                                  "validation_batches { values: 2 } seed: 9")));
  const auto& cifar10 = std::get<train::Cifar10Spec>(spec);
  EXPECT_THAT(cifar10.batches, ElementsAre(1));
  EXPECT_THAT(cifar10.validation_batches, ElementsAre(2));
}

TEST(DecodeDataset, TakesCifar100) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const train::DatasetSpec spec,
      DecodeDataset(ParseTextProto<v1::Dataset>(
          "name: 'cifar100' train: 45000 validation: 5000 seed: 9 "
          "path: 'a/b' coarse_labels: true")));
  const auto& cifar100 = std::get<train::Cifar100Spec>(spec);
  EXPECT_TRUE(cifar100.coarse_labels);
  EXPECT_EQ(cifar100.train, 45000);
  EXPECT_EQ(cifar100.validation, 5000);
  EXPECT_EQ(cifar100.seed, 9u);
  EXPECT_EQ(cifar100.path, "a/b");
}

TEST(DecodeDataset, TakesTheIdxFamily) {
  using Kind = train::IdxSpec::Kind;
  for (const auto& [name, kind] :
       {std::pair("mnist", Kind::kMnist),
        std::pair("fashion-mnist", Kind::kFashionMnist),
        std::pair("idx", Kind::kOther)}) {
    v1::Dataset dataset = ParseTextProto<v1::Dataset>(
        "train: 100 validation: 50 seed: 9 path: 'letters'");
    dataset.set_name(name);
    ETALON_ASSERT_OK_AND_ASSIGN(const train::DatasetSpec spec,
                                DecodeDataset(dataset));
    const auto& idx = std::get<train::IdxSpec>(spec);
    EXPECT_EQ(idx.kind, kind);
    EXPECT_EQ(idx.train, 100);
    EXPECT_EQ(idx.validation, 50);
    EXPECT_EQ(idx.seed, 9u);
    EXPECT_EQ(idx.path, "letters");
  }
}

struct Refusal {
  std::string name;
  std::string dataset;
  absl::StatusCode code;
  // What the message must hold.
  std::string message;
};

void PrintTo(const Refusal& refusal, std::ostream* stream) {
  *stream << refusal.name;
}

std::string Name(const ::testing::TestParamInfo<Refusal>& info) {
  return info.param.name;
}

class DatasetRefusal : public ::testing::TestWithParam<Refusal> {};

TEST_P(DatasetRefusal, NamesTheField) {
  EXPECT_THAT(DecodeDataset(ParseTextProto<v1::Dataset>(GetParam().dataset)),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Dataset, DatasetRefusal,
    Values(Refusal{"NoName", "seed: 1", kInvalid, "training.dataset.name"},
           Refusal{"UnknownName", "name: 'imagenet' seed: 1",
                   absl::StatusCode::kUnimplemented, "imagenet"},
           Refusal{"NoSeed", "name: 'cifar10' train: 1 validation: 1", kInvalid,
                   "training.dataset.seed"},
           Refusal{"NoImages", "name: 'cifar10' train: 0 validation: 1 seed: 1",
                   kInvalid, "training.dataset.train is 0"},
           Refusal{"NoValidation",
                   "name: 'cifar10' train: 1 validation: -1 seed: 1", kInvalid,
                   "training.dataset.validation is -1"},
           Refusal{"TestImagesOfFiles",
                   "name: 'cifar10' train: 1 validation: 1 test: 5 seed: 1",
                   kInvalid, "training.dataset.test"},
           Refusal{"MoreThanThereAre",
                   "name: 'cifar10' train: 50000 validation: 1 seed: 1",
                   kInvalid, "validation"},
           Refusal{"NoSuchFile",
                   "name: 'cifar10' batches { values: 6 } train: 1 "
                   "validation: 1 seed: 1",
                   kInvalid, "batches"},
           Refusal{"FilesOfSynthetic",
                   "name: 'synthetic' batches { values: 1 } train: 1 "
                   "validation: 1 test: 1 seed: 1",
                   kInvalid, "training.dataset.batches"},
           Refusal{"SyntheticWithoutSizes", "name: 'synthetic' seed: 1",
                   kInvalid, "training.dataset.train"},
           Refusal{"TooManySyntheticImages",
                   "name: 'synthetic' train: 2000000000 validation: 1 test: 1 "
                   "seed: 1",
                   kInvalid, "train"},
           Refusal{"AbsolutePath",
                   "name: 'cifar10' path: '/etc' train: 1 validation: 1 "
                   "seed: 1",
                   kInvalid, "training.dataset.path is an absolute path"},
           Refusal{"PathThatLeaves",
                   "name: 'idx' path: 'a/../../b' train: 1 validation: 1 "
                   "seed: 1",
                   kInvalid, "training.dataset.path is a path with .."},
           Refusal{"PathWithAnEmptyName",
                   "name: 'mnist' path: 'a//b' train: 1 validation: 1 seed: 1",
                   kInvalid, "training.dataset.path is a path with an empty"},
           Refusal{"EmptyPath",
                   "name: 'idx' path: '' train: 1 validation: 1 seed: 1",
                   kInvalid, "training.dataset.path is the path is empty"},
           Refusal{"IdxWithoutPath",
                   "name: 'idx' train: 1 validation: 1 seed: 1", kInvalid,
                   "dataset.path is empty"},
           Refusal{"PathOfSynthetic",
                   "name: 'synthetic' path: 'a' train: 1 validation: 1 "
                   "test: 1 seed: 1",
                   kInvalid, "training.dataset.path"},
           Refusal{"FilesOfCifar100",
                   "name: 'cifar100' batches { values: 1 } train: 1 "
                   "validation: 1 seed: 1",
                   kInvalid, "training.dataset.batches"},
           Refusal{"ValidationFilesOfMnist",
                   "name: 'mnist' validation_batches { values: 1 } train: 1 "
                   "validation: 1 seed: 1",
                   kInvalid, "training.dataset.validation_batches"},
           Refusal{"TestImagesOfMnist",
                   "name: 'mnist' train: 1 validation: 1 test: 5 seed: 1",
                   kInvalid, "training.dataset.test"},
           Refusal{"CoarseLabelsOfCifar10",
                   "name: 'cifar10' coarse_labels: true train: 1 "
                   "validation: 1 seed: 1",
                   kInvalid, "training.dataset.coarse_labels"},
           Refusal{"MoreThanMnistHas",
                   "name: 'mnist' train: 60000 validation: 1 seed: 1", kInvalid,
                   "validation"},
           Refusal{"MoreThanCifar100Has",
                   "name: 'cifar100' train: 50001 validation: 1 seed: 1",
                   kInvalid, "train is 50001"}),
    Name);

}  // namespace
}  // namespace etalon::testing
