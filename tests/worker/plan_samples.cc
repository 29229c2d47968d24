#include "tests/worker/plan_samples.h"

#include "tests/support/proto_matchers.h"
#include "worker/train/data/synthetic.h"

namespace etalon::testing {

v1::Trial SampleTrial() {
  return ParseTextProto<v1::Trial>(R"pb(
    name: "searches/s/trials/1"
    seeds { initialization: 11 minibatches: 12 }
    evaluate_test: true
    training {
      dataset { name: "synthetic" train: 400 validation: 100 test: 50 seed: 3 }
      network {
        hidden { values: 8 values: 6 }
        batch_norm: false
        dropout: 0
        initialization { xavier {} }
        activation: RELU
      }
      optimizer { sgd { momentum: 0 nesterov: false } }
      schedule {
        constant { eta: 0.01 }
        warmup: 0
      }
      batch_size: 50
      lambda: 0.001
      epochs: 2
      evaluation { per_epoch: 1 training: false }
      augmentation { mirror: false shift: 0 }
      keep_model: KEEP_NONE
    }
  )pb");
}

train::DataSizes SampleSizes() {
  return {.shape = train::kSyntheticShape,
          .features = train::kSyntheticShape.Features(),
          .classes = train::kSyntheticClasses,
          .train = 400,
          .validation = 100,
          .test = 50};
}

}  // namespace etalon::testing
