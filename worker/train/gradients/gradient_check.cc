#include "worker/train/gradients/gradient_check.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <numeric>
#include <set>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/random.h"
#include "common/status_macros.h"
#include "worker/train/gradients/automatic_gradient.h"

namespace etalon::train {
namespace {

// Deviation of what is added to parameters that start as constants.
constexpr double kJitter = 0.1;
// Dropout is left out, so that no seed is ever used.
constexpr uint64_t kNoDropoutSeed = 0;

absl::Status Invalid(absl::string_view field, absl::AlphaNum value,
                     absl::string_view rule) {
  return absl::InvalidArgumentError(
      absl::StrCat(field, " is ", value, "; it must be ", rule));
}

bool IsPositive(double value) { return std::isfinite(value) && value > 0; }

absl::Status ValidateSizes(const GradientCheckPlan& plan, int64_t rows) {
  if (rows < 1) return Invalid("batch", rows, "at least 1 image");
  if (rows < 2 && plan.network.batch_norm) {
    return Invalid("batch", rows, "at least 2 images for batch normalisation");
  }
  std::vector<int64_t> units = {plan.features};
  units.insert(units.end(), plan.network.hidden.begin(),
               plan.network.hidden.end());
  units.push_back(plan.classes);
  int64_t weights = 0;
  for (size_t l = 0; l < units.size(); ++l) {
    // Dividing first keeps the product from overflowing.
    const bool fits =
        units[l] >= 1 &&
        (l == 0 || units[l] <= (kMaxCheckedWeights - weights) / units[l - 1]);
    if (!fits) {
      return Invalid(absl::StrCat("layer ", l, " of the network"), units[l],
                     absl::StrCat("at least 1, and all weights together at "
                                  "most ",
                                  kMaxCheckedWeights));
    }
    if (l > 0) weights += units[l] * units[l - 1];
  }
  return absl::OkStatus();
}

absl::Status Validate(const GradientCheckPlan& plan, int64_t rows) {
  ETALON_RETURN_IF_ERROR(ValidateSizes(plan, rows));
  if (!(std::isfinite(plan.lambda) && plan.lambda >= 0)) {
    return Invalid("lambda", plan.lambda, "finite and not negative");
  }
  const auto* normal = std::get_if<NormalInit>(&plan.network.init);
  if (normal != nullptr && !IsPositive(normal->deviation)) {
    return Invalid("init", normal->deviation, "positive and finite");
  }
  if (!IsPositive(plan.step)) {
    return Invalid("step", plan.step, "positive and finite");
  }
  if (!IsPositive(plan.bound)) {
    return Invalid("bound", plan.bound, "positive and finite");
  }
  if (!IsPositive(plan.epsilon)) {
    return Invalid("epsilon", plan.epsilon, "positive and finite");
  }
  if (plan.samples < 1) return Invalid("samples", plan.samples, "at least 1");
  return absl::OkStatus();
}

// `count` different numbers below `size`, in order; all where there are no
// more.
std::vector<size_t> Choose(int64_t count, int64_t size, RandomStream random) {
  if (size <= count) {
    std::vector<size_t> all(static_cast<size_t>(size));
    std::iota(all.begin(), all.end(), size_t{0});
    return all;
  }
  std::set<size_t> chosen;
  while (static_cast<int64_t>(chosen.size()) < count) {
    chosen.insert(random.NextBelow(static_cast<uint32_t>(size)));
  }
  return {chosen.begin(), chosen.end()};
}

NetworkSpec WithoutDropout(NetworkSpec spec) {
  spec.dropout = 0;
  return spec;
}

class Checker {
 public:
  Checker(const GradientCheckPlan& plan, const Kernels<double>& kernels,
          const LabelledImages& images)
      : plan_(plan),
        images_(images),
        buffer_(kernels, plan.features, images.rows),
        batch_(buffer_.Pack(images.rows, images.inputs, images.labels)),
        network_(kernels, plan.features, {WithoutDropout(plan.network)},
                 plan.classes, images.rows, StepRule<double>::kStore),
        parameters_(network_.Parameters(0)) {
    network_.Initialize({DeriveSeed(plan.seed, "initialization")});
    RandomStream random(DeriveSeed(plan.seed, "jitter"));
    for (const Parameter<double>& parameter : parameters_) {
      if (parameter.penalized) continue;
      for (Index i = 0; i < parameter.count; ++i) {
        parameter.values[i] += kJitter * random.NextNormal();
      }
    }
  }

  absl::StatusOr<std::vector<ArrayCheck>> Run() {
    const double loss = network_.Step(batch_, {kNoDropoutSeed}, {MemberStep{}})
                            .front()
                            .loss_sum;
    if (!std::isfinite(loss)) {
      return absl::InvalidArgumentError(
          "the loss of the batch is not finite and has no gradient");
    }
    const std::vector<GradientEntry> entries = ChooseEntries();
    const std::vector<double> automatic = AutomaticGradient(
        ReferenceLayers(), plan_.network.activation, plan_.lambda,
        {images_.rows, images_.inputs, images_.labels}, entries);
    std::vector<ArrayCheck> checks;
    for (const Parameter<double>& parameter : parameters_) {
      checks.push_back(
          {.name = parameter.name,
           .size = parameter.count,
           .kinks = 0,
           .differences = ErrorStatistics(plan_.bound, plan_.epsilon),
           .automatic = ErrorStatistics(plan_.bound, plan_.epsilon)});
    }
    for (size_t i = 0; i < entries.size(); ++i) {
      CheckEntry(entries[i], automatic[i], checks[entries[i].array]);
    }
    return checks;
  }

 private:
  std::vector<GradientEntry> ChooseEntries() const {
    std::vector<GradientEntry> entries;
    for (size_t array = 0; array < parameters_.size(); ++array) {
      const RandomStream random(DeriveSeed(plan_.seed, "entries", {array}));
      for (const size_t index :
           Choose(plan_.samples, parameters_[array].count, random)) {
        entries.push_back({array, index});
      }
    }
    return entries;
  }

  // The network's parameters as they are.
  std::vector<ReferenceLayer<double>> ReferenceLayers() const {
    std::vector<ReferenceLayer<double>> layers;
    int64_t inputs = plan_.features;
    for (size_t l = 0; l <= plan_.network.hidden.size(); ++l) {
      const bool is_hidden = l < plan_.network.hidden.size();
      ReferenceLayer<double>& layer = layers.emplace_back();
      layer.inputs = inputs;
      layer.outputs = is_hidden ? plan_.network.hidden[l] : plan_.classes;
      inputs = layer.outputs;
      if (!is_hidden || !plan_.network.batch_norm) continue;
      layer.gamma.resize(1);  // its presence; the values follow
    }
    const std::vector<std::vector<double>*> arrays = ReferenceArrays(layers);
    for (size_t i = 0; i < arrays.size(); ++i) {
      const Parameter<double>& parameter = parameters_[i];
      arrays[i]->clear();
      for (Index j = 0; j < parameter.count; ++j) {
        arrays[i]->push_back(parameter.values[j]);
      }
    }
    return layers;
  }

  void CheckEntry(const GradientEntry& entry, double automatic,
                  ArrayCheck& check) {
    const Parameter<double>& parameter = parameters_[entry.array];
    double& value = parameter.values[entry.index];
    const double analytic =
        parameter.gradient[entry.index] +
        (parameter.penalized ? 2 * plan_.lambda * value : 0);
    check.automatic.Add(analytic, automatic);

    const double kept = value;
    value = kept + plan_.step;
    const double above = value;
    const double cost_above = Cost();
    const std::vector<bool> active_above = ActiveUnits();
    value = kept - plan_.step;
    const double below = value;
    const double cost_below = Cost();
    const bool kink = ActiveUnits() != active_above;
    value = kept;
    if (kink) {
      ++check.kinks;
      return;
    }
    // The step that was really made, which rounding has changed.
    check.differences.Add(analytic,
                          (cost_above - cost_below) / (above - below));
  }

  double Cost() {
    return network_.TrainingLoss(batch_, {kNoDropoutSeed}).front().loss_sum /
               static_cast<double>(batch_.rows) +
           plan_.lambda * network_.SquaredWeights().front();
  }

  // Which hidden units gave more than zero in the latest Cost: where this
  // changes, a kink of the activation was passed.
  std::vector<bool> ActiveUnits() const {
    std::vector<bool> active;
    if (plan_.network.activation == Activation::kIdentity) return active;
    for (size_t l = 0; l < plan_.network.hidden.size(); ++l) {
      const double* const output = network_.HiddenOutput(l);
      const Columns& columns = network_.HiddenColumns(l);
      for (int64_t i = 0; i < batch_.rows; ++i) {
        for (int64_t j = 0; j < columns.units; ++j) {
          active.push_back(output[i * columns.width + j] > 0);
        }
      }
    }
    return active;
  }

  const GradientCheckPlan& plan_;
  const LabelledImages images_;
  InputBatch<double> buffer_;
  const Batch batch_;
  Network<double> network_;
  const std::vector<Parameter<double>> parameters_;
};

}  // namespace

bool ArrayCheck::IsWithinBound() const {
  return differences.absolute_within() == differences.count() &&
         automatic.relative_within() == automatic.count();
}

absl::StatusOr<std::vector<ArrayCheck>> CheckGradients(
    const GradientCheckPlan& plan, const Kernels<double>& kernels,
    const LabelledImages& images) {
  ETALON_RETURN_IF_ERROR(Validate(plan, images.rows));
  try {
    return Checker(plan, kernels, images).Run();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(
        "not enough memory for the network and its batch");
  }
}

}  // namespace etalon::train
