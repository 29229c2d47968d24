#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/spec/search_file.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::EqualsProto;
using ::etalon::testing::ParseTextProto;

// Says everything that a search file can say, one way or the other.
constexpr char kEverything[] = R"(name: everything
seed: 9223372036854775807
replicates: 2
max_attempts: 3
max_parallel: 7
training:
  dataset: {name: cifar10, train: 45000, validation: 5000, test: 10,
            batches: [1, 2], validation_batches: [3], seed: 4,
            path: old/copy, coarse_labels: true}
  network: {hidden: [50, 20], batch_norm: true, dropout: 0.25, init: he,
            activation: leaky_relu}
  optimizer: {sgd: {momentum: 0.9, nesterov: true}}
  schedule:
    cyclical: {eta_min: 1e-5, eta_max: 0.1, step_epochs: 2, cycles: 3,
               annealing: 0.5}
    warmup: 10
  batch_size: 100
  lambda: 1e-3
  precision: bfloat16
  epochs: 4
  updates: 5
  evaluate: {per_cycle: 10, training: true}
  augment: {mirror: true, shift: 3}
  early_stopping: {patience: 6}
  keep_model: best
parameters:
  lambda: {log: [1e-5, 1e-1]}
  eta: {linear: [0, 1]}
  width: {integer: [10, 100], scale: log}
  depth: {integer: [1, 3]}
  choice: {values: [a, b]}
  whole: {values: [1, 2]}
  real: {values: [1, 2.5]}
stages:
  - name: coarse
    sample: {grid: {lambda: 40, eta: 25, points_per_parameter: 2}}
    replicates: 5
  - name: fine
    sample: {random: 300}
    refine: {from: coarse, top: 3, extend: true}
    training:
      network: {hidden: [], init: {deviation: 0.01}}
      optimizer: {adamw: {beta1: 0.8, beta2: 0.9, epsilon: 1e-7}}
      schedule: {constant: {}}
      evaluate: {per_epoch: 2}
      precision: float32
      keep_model: none
    parameters:
      lambda: {values: [0, 1]}
  - {name: even, sample: {sobol: 64}}
  - {name: square, sample: {latin_hypercube: {count: 30}}}
  - {name: tree, sample: {tpe: 100}}
  - name: model
    sample:
      gaussian_process: {count: 80, startup: 20, look_ahead: 4,
                         deterministic: false}
  - {name: evolution, sample: {cma_es: {count: 90, population: 12}}}
  - name: deep
    sample: {random: 20}
    zoom: {rounds: 4, top: 3, extend: true}
  - name: halved
    sample: {random: 27}
    stopping: {halving: {factor: 4, minimum_epochs: 0.5}}
  - {name: brackets, sample: {random: 9}, stopping: {hyperband: {}}}
  - name: compared
    sample: {sobol: 12}
    stopping:
      median: {startup: 4, warmup_epochs: 0.5, look_ahead: 3, deterministic: false}
  - name: asynchronous
    sample: {random: 27}
    stopping:
      asynchronous_halving:
        {factor: 4, minimum_epochs: 2, look_ahead: 5, deterministic: true}
  - {name: final, take: {from: fine, top: 1}, evaluate_test: true}
)";

constexpr char kEverythingAsProto[] = R"pb(
  name: "everything"
  seed: 9223372036854775807
  replicates: 2
  max_attempts: 3
  max_parallel: 7
  training {
    dataset {
      name: "cifar10"
      train: 45000
      validation: 5000
      test: 10
      batches { values: 1 values: 2 }
      validation_batches { values: 3 }
      seed: 4
      path: "old/copy"
      coarse_labels: true
    }
    network {
      hidden { values: 50 values: 20 }
      batch_norm: true
      dropout: 0.25
      initialization { he {} }
      activation: LEAKY_RELU
    }
    optimizer { sgd { momentum: 0.9 nesterov: true } }
    schedule {
      cyclical {
        eta_min: 1e-5
        eta_max: 0.1
        step_epochs: 2
        cycles: 3
        annealing: 0.5
      }
      warmup: 10
    }
    batch_size: 100
    lambda: 1e-3
    precision: BFLOAT16
    epochs: 4
    updates: 5
    evaluation { per_cycle: 10 training: true }
    augmentation { mirror: true shift: 3 }
    early_stopping { patience: 6 }
    keep_model: KEEP_BEST
  }
  parameters {
    name: "lambda"
    double_range { minimum: 1e-5 maximum: 1e-1 scale: LOG }
  }
  parameters {
    name: "eta"
    double_range { minimum: 0 maximum: 1 scale: LINEAR }
  }
  parameters {
    name: "width"
    integer_range { minimum: 10 maximum: 100 scale: LOG }
  }
  parameters {
    name: "depth"
    integer_range { minimum: 1 maximum: 3 }
  }
  parameters {
    name: "choice"
    categories {
      values { text: "a" }
      values { text: "b" }
    }
  }
  parameters {
    name: "whole"
    categories {
      values { integer: 1 }
      values { integer: 2 }
    }
  }
  parameters {
    name: "real"
    categories {
      values { number: 1 }
      values { number: 2.5 }
    }
  }
  stages {
    name: "coarse"
    sample {
      grid {
        points_per_parameter: 2
        points { parameter: "lambda" count: 40 }
        points { parameter: "eta" count: 25 }
      }
    }
    replicates: 5
  }
  stages {
    name: "fine"
    sample { random { count: 300 } }
    refine { from: "coarse" top: 3 extend: true }
    training {
      network {
        hidden {}
        initialization { deviation: 0.01 }
      }
      optimizer { adam { beta1: 0.8 beta2: 0.9 epsilon: 1e-7 decoupled: true } }
      schedule { constant {} }
      evaluation { per_epoch: 2 }
      precision: FLOAT32
      keep_model: KEEP_NONE
    }
    parameters {
      name: "lambda"
      categories {
        values { number: 0 }
        values { number: 1 }
      }
    }
  }
  stages {
    name: "even"
    sample { sobol { count: 64 } }
  }
  stages {
    name: "square"
    sample { latin_hypercube { count: 30 } }
  }
  stages {
    name: "tree"
    sample { tpe { count: 100 } }
  }
  stages {
    name: "model"
    sample {
      gaussian_process {
        count: 80
        startup: 20
        look_ahead: 4
        deterministic: false
      }
    }
  }
  stages {
    name: "evolution"
    sample { cma_es { count: 90 population: 12 } }
  }
  stages {
    name: "deep"
    sample { random { count: 20 } }
    zoom { rounds: 4 top: 3 extend: true }
  }
  stages {
    name: "halved"
    sample { random { count: 27 } }
    stopping { halving { factor: 4 minimum_epochs: 0.5 } }
  }
  stages {
    name: "brackets"
    sample { random { count: 9 } }
    stopping { hyperband {} }
  }
  stages {
    name: "compared"
    sample { sobol { count: 12 } }
    stopping {
      median {
        startup: 4
        warmup_epochs: 0.5
        look_ahead: 3
        deterministic: false
      }
    }
  }
  stages {
    name: "asynchronous"
    sample { random { count: 27 } }
    stopping {
      asynchronous_halving {
        factor: 4
        minimum_epochs: 2
        look_ahead: 5
        deterministic: true
      }
    }
  }
  stages {
    name: "final"
    take { from: "fine" top: 1 }
    evaluate_test: true
  }
)pb";

TEST(ReadSearchFile, ReadsEverythingThatCanBeSaid) {
  ETALON_ASSERT_OK_AND_ASSIGN(const SearchFile file,
                              ReadSearchFile(kEverything, "f.yaml", {}));
  EXPECT_THAT(file.spec,
              EqualsProto(ParseTextProto<v1::SearchSpec>(kEverythingAsProto)));
}

}  // namespace
}  // namespace etalon
