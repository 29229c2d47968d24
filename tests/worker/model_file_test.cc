#include "worker/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "common/formats/safetensors.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"
#include "tests/worker/plan_samples.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

Model Sample() {
  Model model;
  model.trial = SampleTrial();
  model.trial.set_name("searches/s/trials/7");
  model.trial.mutable_training()->set_lambda(1.0 / 3);
  model.trial.mutable_seeds()->set_initialization(0x7fffffffffffffff);
  model.trial.set_evaluate_test(true);
  model.kernels = "generic";
  model.measurement.set_update(16);
  model.measurement.mutable_validation()->set_accuracy(0.1 + 0.2);
  model.measurement.mutable_test()->set_accuracy(1.0 / 7);
  model.network = {{"layers.0.weight", {2, 2}, {1, 2, 3, 0.1f}},
                   {"layers.0.bias", {2}, {-1, 1e-30f}}};
  model.mean = {127.5f, 1};
  model.inverse_deviation = {0.25f, 1};
  return model;
}

// The sample's file after `change`.
std::string Changed(const std::function<void(Safetensors&)>& change) {
  Safetensors content = *DecodeSafetensors(*EncodeModel(Sample()));
  change(content);
  return *EncodeSafetensors(content);
}

void ExpectRefused(const std::function<void(Safetensors&)>& change,
                   const std::string& reason) {
  EXPECT_THAT(DecodeModel(Changed(change)),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(reason)));
}

TEST(ModelFile, IsReadAsItWasWritten) {
  const Model written = Sample();
  ETALON_ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeModel(written));
  ETALON_ASSERT_OK_AND_ASSIGN(const Model read, DecodeModel(bytes));
  EXPECT_EQ(read.trial.name(), written.trial.name());
  EXPECT_THAT(read.trial.training(), EqualsProto(written.trial.training()));
  EXPECT_THAT(read.trial.seeds(), EqualsProto(written.trial.seeds()));
  EXPECT_TRUE(read.trial.evaluate_test());
  EXPECT_THAT(read.measurement, EqualsProto(written.measurement));
  EXPECT_EQ(read.kernels, "generic");
  EXPECT_EQ(read.mean, written.mean);
  EXPECT_EQ(read.inverse_deviation, written.inverse_deviation);
  ASSERT_EQ(read.network.size(), 2u);
  for (const train::Tensor& tensor : read.network) {
    const train::Tensor& original = tensor.name == "layers.0.weight"
                                        ? written.network[0]
                                        : written.network[1];
    EXPECT_EQ(tensor.name, original.name);
    EXPECT_EQ(tensor.shape, original.shape);
    EXPECT_EQ(tensor.values, original.values);
  }
  EXPECT_EQ(*EncodeModel(read), bytes);
}

// What docs/models.md promises those who read it without us.
TEST(ModelFile, HasTheNamesThatAreDocumented) {
  const Safetensors content = *DecodeSafetensors(*EncodeModel(Sample()));
  for (const char* key :
       {"etalon_model", "trial", "search", "dataset", "training",
        "initialization_seed", "minibatches_seed", "kernels", "measurement"}) {
    EXPECT_EQ(content.metadata.count(key), 1u) << key;
  }
  EXPECT_EQ(content.metadata.at("search"), "s");
  EXPECT_NE(content.Find("normalization.mean"), nullptr);
  EXPECT_NE(content.Find("normalization.inverse_deviation"), nullptr);
}

TEST(ModelFile, BytesThatAreNoSafetensorsAreRefused) {
  EXPECT_THAT(DecodeModel("not a model"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("header")));
}

TEST(ModelFile, MetadataThatLacksOrBreaksSomethingIsRefused) {
  for (const char* key :
       {"etalon_model", "trial", "training", "initialization_seed",
        "minibatches_seed", "kernels", "measurement"}) {
    ExpectRefused([&](Safetensors& c) { c.metadata.erase(key); },
                  std::string("has no ") + key);
  }
  ExpectRefused([](Safetensors& c) { c.metadata["etalon_model"] = "2"; },
                "format '2'");
  ExpectRefused([](Safetensors& c) { c.metadata["trial"] = "../../x"; },
                "the metadata trial");
  ExpectRefused([](Safetensors& c) { c.metadata["minibatches_seed"] = "-1"; },
                "is no number");
  ExpectRefused([](Safetensors& c) { c.metadata["training"] = "{\"x\": 1}"; },
                "the metadata training");
  ExpectRefused(
      [](Safetensors& c) { c.metadata["training"] = std::string(5000, '['); },
      "the metadata training");
  ExpectRefused([](Safetensors& c) { c.metadata["measurement"] = "[]"; },
                "the metadata measurement");
}

TEST(ModelFile, ArraysThatCannotBeANetworksAreRefused) {
  const auto weight = [](Safetensors& c) -> StoredTensor& {
    for (StoredTensor& tensor : c.tensors) {
      if (tensor.name == "layers.0.weight") return tensor;
    }
    return c.tensors.front();
  };
  ExpectRefused(
      [&](Safetensors& c) {
        weight(c).values = std::vector<double>{1, 2, 3, 4};
      },
      "layers.0.weight is not of type F32");
  ExpectRefused(
      [&](Safetensors& c) {
        weight(c).values = std::vector<float>{
            1, 2, 3, std::numeric_limits<float>::quiet_NaN()};
      },
      "layers.0.weight is not finite");
  ExpectRefused(
      [](Safetensors& c) {
        std::erase_if(c.tensors, [](const StoredTensor& tensor) {
          return tensor.name == "normalization.mean";
        });
      },
      "normalization.mean has 0 features");
}

}  // namespace
}  // namespace etalon::testing
