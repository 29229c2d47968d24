#include "server/search/validation.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "common/random.h"
#include "server/search/stage_plan.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using testing::LogRange;
using testing::ParseTextProto;
using testing::StatusIs;
using testing::ValidSpec;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kPastLimit = absl::StatusCode::kResourceExhausted;

TEST(ValidateSpecTest, AValidSpecIsAccepted) {
  ETALON_EXPECT_OK(ValidateSpec(ValidSpec()));
}

TEST(ValidateSpecTest, TheSearchOfTheCourseIsAccepted) {
  ETALON_EXPECT_OK(ValidateSpec(ParseTextProto<v1::SearchSpec>(R"pb(
    name: "lambda-coarse-to-fine"
    seed: 1
    training {
      dataset { name: "cifar10" train: 45000 validation: 5000 }
      network {
        hidden { values: 50 }
        batch_norm: false
        initialization { xavier {} }
      }
      optimizer { sgd { momentum: 0 } }
      schedule {
        cyclical { eta_min: 1e-5 eta_max: 1e-1 step_size: 900 cycles: 2 }
      }
      batch_size: 100
    }
    parameters {
      name: "lambda"
      double_range { minimum: 1e-5 maximum: 1e-1 scale: LOG }
    }
    stages {
      name: "coarse"
      sample { random { count: 10 } }
    }
    stages {
      name: "fine"
      sample { random { count: 5 } }
      refine { from: "coarse" top: 3 }
      training {
        dataset { train: 49000 validation: 1000 }
        schedule { cyclical { cycles: 3 } }
      }
    }
    stages {
      name: "final"
      take { from: "fine" top: 1 }
      evaluate_test: true
    }
  )pb")));
}

TEST(ValidateSpecTest, TheNameIsAnId) {
  for (const std::string name : {"", "Course", "9lives", "a-", "a b", "a/b"}) {
    v1::SearchSpec spec = ValidSpec();
    spec.set_name(name);
    EXPECT_THAT(ValidateSpec(spec), StatusIs(kInvalid, HasSubstr("name")))
        << name;
  }
}

TEST(ValidateSpecTest, SeedsFitASignedInteger) {
  v1::SearchSpec spec = ValidSpec();
  spec.set_seed(uint64_t{1} << 63);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kInvalid, HasSubstr("seed: 9223372036854775808 is too "
                                           "large; use less than 2^63")));
  spec.set_seed((uint64_t{1} << 63) - 1);
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(ValidateSpecTest, ReplicatesAndAttemptsAreWithinTheirLimits) {
  v1::SearchSpec spec = ValidSpec();
  spec.set_replicates(0);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kInvalid, HasSubstr("replicates: 0 is too small")));
  spec.set_replicates(1001);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kPastLimit, HasSubstr("replicates: 1001 is past the "
                                             "limit of 1000")));
  spec = ValidSpec();
  spec.set_max_attempts(0);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kInvalid, HasSubstr("max_attempts: 0 is too small")));
  spec.set_max_attempts(1001);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kPastLimit, HasSubstr("max_attempts: 1001")));
  spec.clear_max_attempts();
  spec.set_max_parallel(0);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kInvalid, HasSubstr("max_parallel: 0 is too small")));
  spec.set_max_parallel(10'001);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kPastLimit, HasSubstr("max_parallel: 10001")));
}

TEST(ValidateSpecTest, AHugeGridIsRefusedWithoutBeingMade) {
  v1::SearchSpec spec = ValidSpec();
  v1::Sample::Grid& grid =
      *spec.mutable_stages(1)->mutable_sample()->mutable_grid();
  for (int i = 0; i < 64; ++i) {
    const std::string name = "p" + std::to_string(i);
    *spec.add_parameters() = LogRange(name, 1, 2);
    v1::Sample::Grid::Points& points = *grid.add_points();
    points.set_parameter(name);
    points.set_count(1'000'000);
  }
  // Its 10^384 points would be noticed in time and memory.
  EXPECT_THAT(ValidateSpec(spec), StatusIs(kPastLimit, HasSubstr("66")));
  EXPECT_EQ(PlannedTrials(spec, 1), std::numeric_limits<int64_t>::max());
}

TEST(ValidateSpecTest, LongListsAndTextsGiveShortMessages) {
  const std::string megabyte(1 << 20, '\x01');
  v1::SearchSpec spec = ValidSpec();
  spec.set_name(megabyte);
  EXPECT_LT(ValidateSpec(spec).message().size(), 1000u);
  spec = ValidSpec();
  spec.mutable_stages(1)->mutable_refine()->set_from(megabyte);
  EXPECT_LT(ValidateSpec(spec).message().size(), 1000u);
  spec = ValidSpec();
  spec.mutable_training()->mutable_dataset()->set_name(megabyte);
  EXPECT_LT(ValidateSpec(spec).message().size(), 1000u);
  spec = ValidSpec();
  for (int i = 0; i < 1'000'000; ++i) {
    spec.mutable_training()->mutable_network()->mutable_hidden()->add_values(1);
  }
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kPastLimit, HasSubstr("1000000 layers")));
}

// Sets every field of `message` to something, often extreme.
void Scramble(RandomStream& random, google::protobuf::Message& message,
              int depth) {
  using google::protobuf::FieldDescriptor;
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const google::protobuf::Descriptor& descriptor = *message.GetDescriptor();
  constexpr double kDoubles[] = {0,
                                 -1,
                                 1e-5,
                                 0.5,
                                 1e300,
                                 std::numeric_limits<double>::quiet_NaN(),
                                 std::numeric_limits<double>::infinity()};
  constexpr int32_t kInt32s[] = {0, -1, 1, 2, 100, 2147483647, -2147483647 - 1};
  constexpr int64_t kInt64s[] = {0, -1, 3, std::numeric_limits<int64_t>::max(),
                                 std::numeric_limits<int64_t>::min()};
  const std::string kTexts[] = {"",        "a",      "lambda",    "eta",
                                "cifar10", "coarse", "synthetic", "\xff"};
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor* field = descriptor.field(i);
    if (random.NextBelow(3) == 0) continue;
    if (field->is_repeated()) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        if (depth < 6) {
          Scramble(random, *reflection.AddMessage(&message, field), depth + 1);
        }
      } else {
        reflection.AddInt32(&message, field, kInt32s[random.NextBelow(7)]);
      }
      continue;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Scramble(random, *reflection.MutableMessage(&message, field),
                 depth + 1);
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        reflection.SetDouble(&message, field, kDoubles[random.NextBelow(7)]);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        reflection.SetInt32(&message, field, kInt32s[random.NextBelow(7)]);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection.SetInt64(&message, field, kInt64s[random.NextBelow(5)]);
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        reflection.SetUInt64(&message, field, random.NextUint64());
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection.SetBool(&message, field, random.NextBelow(2) == 0);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        reflection.SetEnumValue(&message, field, kInt32s[random.NextBelow(7)]);
        break;
      default:
        reflection.SetString(&message, field, kTexts[random.NextBelow(8)]);
    }
  }
}

// Parts of a valid spec scrambled, so that every depth of validation is
// reached; under the sanitizers this also finds overflow and bad reads.
TEST(ValidateSpecTest, ScrambledSpecsAreAnsweredAndWhatPassesCanBePlanned) {
  RandomStream random(11);
  int accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    v1::SearchSpec spec = ValidSpec();
    switch (round % 5) {
      case 0:
        Scramble(random, spec, 0);
        break;
      case 1:
        Scramble(random, *spec.mutable_training(), 1);
        break;
      case 2:
        Scramble(random, *spec.mutable_stages(1), 1);
        break;
      case 3:
        Scramble(random, *spec.mutable_parameters(0), 1);
        break;
      case 4:
        Scramble(random, *spec.mutable_stages(0)->mutable_sample(), 1);
        break;
    }
    for (int stage = 0; stage < spec.stages_size(); ++stage) {
      EXPECT_GE(PlannedTrials(spec, stage), 0);
    }
    const absl::Status status = ValidateSpec(spec);
    if (status.ok()) {
      ++accepted;
      const absl::StatusOr<StagePlan> plan = PlanStage(spec, 0, {}, {});
      ETALON_EXPECT_OK(plan);
    } else {
      EXPECT_THAT(status.code(), AnyOf(kInvalid, kPastLimit)) << status;
      EXPECT_THAT(std::string(status.message()), ::testing::Not(""));
    }
  }
  EXPECT_GT(accepted, 0);
}

}  // namespace
}  // namespace etalon
