#include "tests/worker/train/pytorch_problem.h"

#include <functional>
#include <variant>

#include "common/random.h"
#include "tests/worker/train/training_support.h"
#include "worker/train/layers/dropout.h"

namespace etalon::train {
namespace {

using Json = nlohmann::json;

TrialPlan BasePlan() {
  TrialPlan plan;
  plan.network.hidden = {6, 5};
  plan.network.init = HeInit{};
  plan.lambda = 0.01;
  plan.schedule.form = ConstantRate{0.05};
  plan.batch_size = 12;
  plan.updates = 50;
  plan.seeds = {.initialization = 3, .minibatches = 4};
  return plan;
}

Json Encode(const SgdSpec& spec) {
  return {{"name", "sgd"},
          {"momentum", spec.momentum},
          {"nesterov", spec.nesterov}};
}
Json Encode(const AdamSpec& spec) {
  return {{"name", spec.decoupled ? "adamw" : "adam"},
          {"beta1", spec.beta1},
          {"beta2", spec.beta2},
          {"epsilon", spec.epsilon}};
}

// With "eta", the rate that PyTorch's optimiser starts from.
Json Encode(const ConstantRate& rate) {
  return {{"name", "constant"}, {"eta", rate.eta}};
}
Json Encode(const ExponentialRate& rate) {
  return {{"name", "exponential"}, {"eta", rate.eta}, {"decay", rate.decay}};
}
Json Encode(const StepRate& rate) {
  return {{"name", "step"},
          {"eta", rate.eta},
          {"decay", rate.decay},
          {"every", rate.every}};
}
Json Encode(const LinearRate& rate) {
  return {{"name", "linear"}, {"eta", rate.eta}, {"length", rate.length}};
}
Json Encode(const CosineRate& rate) {
  return {{"name", "cosine"}, {"eta", rate.eta}, {"length", rate.length}};
}
Json Encode(const CyclicalRate& rate) {
  return {{"name", "cyclical"},          {"eta", rate.eta_min},
          {"eta_min", rate.eta_min},     {"eta_max", rate.eta_max},
          {"step_size", rate.step_size}, {"annealing", rate.annealing}};
}

const char* Name(Activation activation) {
  switch (activation) {
    case Activation::kRelu:
      return "relu";
    case Activation::kLeakyRelu:
      return "leaky_relu";
    case Activation::kIdentity:
      break;
  }
  return "identity";
}

// Of each hidden layer, what its units are multiplied by; empty without
// dropout. PyTorch's own draws would be others.
Json DropoutFactors(const TrialPlan& plan, uint64_t seed) {
  Json layers = Json::array();
  if (plan.network.dropout == 0) return layers;
  for (size_t l = 0; l < plan.network.hidden.size(); ++l) {
    const Index units = plan.network.hidden[l];
    const Index width = PaddedColumns<double>(units);
    Dropout<double> dropout(KernelsToTest()[0]->float64,
                            {1, units, units, width}, {plan.network.dropout},
                            plan.batch_size);
    AlignedArray<double> factors(plan.batch_size * width, 1.0);
    dropout.Forward(plan.batch_size, {seed}, l, factors.data());
    Json& layer = layers.emplace_back(Json::array());
    for (Index i = 0; i < plan.batch_size * width; ++i) {
      if (i % width < units) layer.push_back(factors[i]);
    }
  }
  return layers;
}

}  // namespace

std::vector<JudgedTrial> JudgedTrials() {
  std::vector<JudgedTrial> trials;
  const auto add = [&](const char* name,
                       const std::function<void(TrialPlan&)>& change) {
    trials.push_back({name, BasePlan()});
    change(trials.back().plan);
  };
  add("one layer", [](TrialPlan& p) { p.network.hidden = {}; });
  add("relu", [](TrialPlan&) {});
  add("leaky relu",
      [](TrialPlan& p) { p.network.activation = Activation::kLeakyRelu; });
  add("identity",
      [](TrialPlan& p) { p.network.activation = Activation::kIdentity; });
  add("batch norm", [](TrialPlan& p) { p.network.batch_norm = true; });
  add("dropout", [](TrialPlan& p) { p.network.dropout = 0.3; });
  add("batch norm, leaky relu, dropout, adam", [](TrialPlan& p) {
    p.network.batch_norm = true;
    p.network.activation = Activation::kLeakyRelu;
    p.network.dropout = 0.3;
    p.optimizer = AdamSpec{};
    p.schedule.form = ConstantRate{0.003};
  });

  const auto add_optimizer = [&](const char* name, const OptimizerSpec& spec,
                                 double eta) {
    add(name, [&](TrialPlan& p) {
      p.optimizer = spec;
      p.schedule.form = ConstantRate{eta};
    });
  };
  add_optimizer("momentum", SgdSpec{.momentum = 0.9}, 0.02);
  add_optimizer("nesterov", SgdSpec{.momentum = 0.9, .nesterov = true}, 0.02);
  add_optimizer("adam", AdamSpec{.beta1 = 0.8, .beta2 = 0.99}, 0.003);
  add_optimizer("adamw", AdamSpec{.decoupled = true}, 0.003);

  const auto add_schedule = [&](const char* name, const RateForm& form,
                                int64_t warmup) {
    add(name, [&](TrialPlan& p) { p.schedule = {form, warmup}; });
  };
  add_schedule("exponential", ExponentialRate{0.05, 0.8}, 0);
  add_schedule("step", StepRate{0.05, 0.5, 7}, 0);
  add_schedule("linear", LinearRate{0.05, 50}, 0);
  add_schedule("cosine", CosineRate{0.05, 50}, 0);
  add_schedule("cyclical", CyclicalRate{0.001, 0.1, 6}, 0);
  add_schedule("annealed cycles", CyclicalRate{0.001, 0.1, 6, 0.7}, 0);
  add_schedule("warm-up", ConstantRate{0.05}, 8);
  add_schedule("warm-up and linear", LinearRate{0.05, 42}, 8);
  return trials;
}

JudgedBatches::JudgedBatches(const TrialPlan& plan)
    : rows_(plan.batch_size),
      inputs_(RandomNormals(static_cast<size_t>(plan.updates * plan.batch_size *
                                                kJudgedSizes.features),
                            plan.seeds.minibatches)) {
  RandomStream random(plan.seeds.minibatches, 1);
  for (int64_t i = 0; i < plan.updates * plan.batch_size; ++i) {
    labels_.push_back(static_cast<uint8_t>(
        random.NextBelow(static_cast<uint32_t>(kJudgedSizes.classes))));
  }
}

LabelledImages JudgedBatches::operator[](int64_t update) const {
  const Index first = (update - 1) * rows_;
  return {rows_, inputs_.data() + first * kJudgedSizes.features,
          labels_.data() + first};
}

Json EncodeProblem(const TrialPlan& plan, const JudgedBatches& batches,
                   GroupState<double>& state) {
  Json problem;
  Json& widths = problem["widths"] = {kJudgedSizes.features};
  for (const int64_t units : plan.network.hidden) widths.push_back(units);
  widths.push_back(kJudgedSizes.classes);
  problem["batch_norm"] = plan.network.batch_norm;
  problem["activation"] = Name(plan.network.activation);
  problem["lambda"] = plan.lambda;
  Json& schedule = problem["schedule"] = std::visit(
      [](const auto& form) { return Encode(form); }, plan.schedule.form);
  schedule["warmup"] = plan.schedule.warmup;
  schedule["updates_per_epoch"] = UpdatesPerEpoch(plan, kJudgedSizes.train);
  Json& optimizer = problem["optimizer"] =
      std::visit([](const auto& spec) { return Encode(spec); }, plan.optimizer);
  optimizer["eta"] = schedule["eta"];
  for (const Parameter<double>& parameter : state.network().Parameters(0)) {
    std::vector<double> values;
    for (Index i = 0; i < parameter.count; ++i) {
      values.push_back(parameter.values[i]);
    }
    problem["parameters"][parameter.name] = values;
  }
  for (int64_t update = 1; update <= plan.updates; ++update) {
    const LabelledImages batch = batches[update];
    problem["batches"].push_back(
        {{"inputs",
          std::vector<double>(
              batch.inputs, batch.inputs + batch.rows * kJudgedSizes.features)},
         {"labels", std::vector<int>(batch.labels, batch.labels + batch.rows)},
         {"factors", DropoutFactors(plan, state.DropoutSeed(0, update))}});
  }
  return problem;
}

}  // namespace etalon::train
