#include "client/progress/shape_sample.h"

#include <gmock/gmock.h>

namespace etalon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::PlannedShape Shape(int batch_size, int units = 50) {
  v1::PlannedShape shape;
  shape.mutable_training()->set_batch_size(batch_size);
  shape.mutable_training()->mutable_network()->mutable_hidden()->add_values(
      units);
  return shape;
}

TEST(ShapeSampleTest, FewAreAllMeasured) {
  EXPECT_THAT(SampleShapes({Shape(100), Shape(20), Shape(50)}, 3),
              ElementsAre(1, 2, 0));
  EXPECT_THAT(SampleShapes({}, 3), IsEmpty());
}

TEST(ShapeSampleTest, ManyAreSpreadWithBothEnds) {
  std::vector<v1::PlannedShape> shapes;
  for (int batch = 101; batch > 0; --batch) shapes.push_back(Shape(batch));
  EXPECT_THAT(SampleShapes(shapes, 5), ElementsAre(100, 75, 50, 25, 0));
  EXPECT_THAT(SampleShapes(shapes, 1), ElementsAre(50));
}

TEST(ShapeSampleTest, WiderNetworksCostMore) {
  EXPECT_GT(CostOfUpdate(Shape(100, 60)), CostOfUpdate(Shape(100, 50)));
  EXPECT_DOUBLE_EQ(CostOfUpdate(Shape(200)), 2 * CostOfUpdate(Shape(100)));
  // Without a batch size or hidden layers, which a plan has, still no zero.
  EXPECT_GT(CostOfUpdate(v1::PlannedShape()), 0);
}

TEST(ShapeSampleTest, OthersTakeAfterWhatWasMeasured) {
  v1::TrainingRate rate;
  rate.set_trials(3);
  rate.set_seconds_per_update(0.002);
  rate.set_deviation(0.0002);
  const v1::TrainingRate scaled = ScaledRate(rate, Shape(100), Shape(150));
  EXPECT_DOUBLE_EQ(scaled.seconds_per_update(), 0.003);
  EXPECT_DOUBLE_EQ(scaled.deviation(), 0.0003);
  EXPECT_EQ(scaled.trials(), 3);
}

}  // namespace
}  // namespace etalon
