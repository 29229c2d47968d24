#include "client/pictures/weights_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "client/pictures/model_weights.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// Weights 0, 1, 2, ... of so many units and inputs.
Safetensors Model(int64_t units, int64_t inputs) {
  std::vector<float> values(static_cast<size_t>(units * inputs));
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(i);
  }
  Safetensors model;
  model.tensors.push_back(
      {"layers.0.weight", {units, inputs}, std::move(values)});
  return model;
}

TEST(WeightsPlotTest, EachUnitIsScaledToItsOwnRange) {
  const WeightImages images{"m", {1, 1, 3}, {-1, 0, 1, 10, 30, 20}, {}};
  const std::string plot = PlotWeights(images, {}).plot;
  EXPECT_THAT(plot, HasSubstr("$unit0 << END\n1 1 0 0 0\n2 1 128 128 128\n"
                              "3 1 255 255 255\nEND\n"));
  EXPECT_THAT(plot, HasSubstr(" 0 0 0\n"));
  EXPECT_THAT(plot, AllOf(HasSubstr(" 255 255 255\n"),
                          HasSubstr("$unit1 using 1:2:3:4:5 with rgbimage")));
}

TEST(WeightsPlotTest, ChannelsAreRedGreenBlue) {
  const WeightImages images{"m", {3, 1, 2}, {0, 1, 2, 3, 4, 5}, {}};
  EXPECT_THAT(PlotWeights(images, {}).plot,
              HasSubstr("$unit0 << END\n1 1 0 102 204\n2 1 51 153 255\n"));
}

TEST(WeightsPlotTest, UnitOfEqualWeightsIsGrey) {
  const WeightImages images{"m", {1, 1, 1}, {7}, {}};
  EXPECT_THAT(PlotWeights(images, {}).plot, HasSubstr(" 128 128 128\n"));
}

TEST(WeightsPlotTest, LabelsStandBelow) {
  const WeightImages images{"m", {1, 1, 1}, {1, 2}, {"plane", "it's"}};
  EXPECT_THAT(PlotWeights(images, {}).plot,
              AllOf(HasSubstr("set label 2 'plane' at "),
                    HasSubstr("set label 3 'it''s' at ")));
}

TEST(WeightsPlotTest, PictureIsNoHigherThanItNeeds) {
  const WeightImages wide{"m", {1, 1, 1}, std::vector<float>(2), {}};
  const Canvas canvas = PlotWeights(wide, {}).canvas;
  EXPECT_EQ(canvas.width, 1200);
  EXPECT_LT(canvas.height, 900);
}

TEST(ImageShapeTest, IsChannelsByHeightByWidth) {
  const ImageShape shape = ParseImageShape("3x16x8").value();
  EXPECT_EQ(shape.channels, 3);
  EXPECT_EQ(shape.height, 16);
  EXPECT_EQ(shape.width, 8);
  EXPECT_EQ(shape.inputs(), 384);
  for (const char* text :
       {"", "32x32", "2x32x32", "3x0x32", "3x32x32x1", "3x32x1000", "axbxc"}) {
    EXPECT_THAT(
        ParseImageShape(text),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("CxHxW")))
        << text;
  }
}

TEST(ModelWeightsTest, UsualShapesAreKnown) {
  EXPECT_EQ(
      ReadFirstLayer(Model(2, 3072), {}, "").value().images.shape.channels, 3);
  EXPECT_EQ(ReadFirstLayer(Model(2, 784), {}, "").value().images.shape.width,
            28);
  EXPECT_THAT(
      ReadFirstLayer(Model(2, 100), {}, ""),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--shape")));
  EXPECT_TRUE(ReadFirstLayer(Model(2, 100), ImageShape{1, 10, 10}, "").ok());
  EXPECT_THAT(ReadFirstLayer(Model(2, 100), ImageShape{1, 10, 11}, ""),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("has 110 values, but the first layer has "
                                 "100 inputs")));
}

TEST(ModelWeightsTest, SurplusUnitsAreLeftOut) {
  const FirstLayer layer = ReadFirstLayer(Model(300, 784), {}, "").value();
  EXPECT_EQ(layer.units, 300);
  EXPECT_THAT(layer.images.weights, SizeIs(256 * 784));
}

TEST(ModelWeightsTest, ClassesAreNamedWhereTheDataSetIsKnown) {
  Safetensors model = Model(10, 3072);
  EXPECT_THAT(ReadFirstLayer(model, {}, "").value().images.labels, IsEmpty());
  model.metadata["training"] = R"({"dataset": {"name": "cifar10"}})";
  EXPECT_THAT(ReadFirstLayer(model, {}, "").value().images.labels,
              ElementsAre("plane", "car", "bird", "cat", "deer", "dog", "frog",
                          "horse", "ship", "truck"));
  model.tensors.push_back({"layers.1.weight", {1}, std::vector<float>{1}});
  EXPECT_THAT(ReadFirstLayer(model, {}, "").value().images.labels, IsEmpty());
}

TEST(ModelWeightsTest, StrangeMetadataNameNothing) {
  for (const char* text :
       {"", "[]", "{", R"({"dataset": 7})", R"({"dataset": {"name": 7}})",
        R"({"dataset": {"name": "unheard-of"}})"}) {
    Safetensors model = Model(10, 3072);
    model.metadata["training"] = text;
    const absl::StatusOr<FirstLayer> layer = ReadFirstLayer(model, {}, "");
    ASSERT_TRUE(layer.ok()) << text;
    EXPECT_THAT(layer->images.labels, IsEmpty()) << text;
  }
}

TEST(ModelWeightsTest, ModelsWithoutAFirstLayerAreRefused) {
  Safetensors integers;
  integers.tensors.push_back(
      {"layers.0.weight", {1, 1}, std::vector<int64_t>{1}});
  Safetensors flat;
  flat.tensors.push_back({"layers.0.weight", {1}, std::vector<float>{1}});
  for (const Safetensors& model :
       {Safetensors(), integers, flat, Model(0, 3072)}) {
    EXPECT_THAT(ReadFirstLayer(model, {}, ""),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("no array layers.0.weight")));
  }
}

TEST(ModelWeightsTest, WeightsThatAreNotFiniteAreRefused) {
  Safetensors model = Model(1, 784);
  std::get<std::vector<float>>(model.tensors[0].values)[5] =
      std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(
      ReadFirstLayer(model, {}, ""),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not finite")));
}

}  // namespace
}  // namespace etalon
