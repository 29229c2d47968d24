#include "common/spec/read_training.h"

namespace etalon {
namespace {

template <typename Form>
void ReadEtaOnly(const Field& field, Form& form) {
  MapReader map(field);
  map.Set("eta", form, &Form::set_eta);
  map.Finish();
}

void ReadExponential(const Field& field, v1::Schedule::Exponential& form) {
  MapReader map(field);
  map.Set("eta", form, &v1::Schedule::Exponential::set_eta);
  map.Set("decay", form, &v1::Schedule::Exponential::set_decay);
  map.Finish();
}

void ReadStep(const Field& field, v1::Schedule::Step& form) {
  MapReader map(field);
  map.Set("eta", form, &v1::Schedule::Step::set_eta);
  map.Set("decay", form, &v1::Schedule::Step::set_decay);
  map.FindOne({"every_epochs", "every_updates"}, false);
  map.Set("every_epochs", form, &v1::Schedule::Step::set_every_epochs);
  map.Set("every_updates", form, &v1::Schedule::Step::set_every_updates);
  map.Finish();
}

void ReadCyclical(const Field& field, v1::Schedule::Cyclical& form) {
  MapReader map(field);
  map.Set("eta_min", form, &v1::Schedule::Cyclical::set_eta_min);
  map.Set("eta_max", form, &v1::Schedule::Cyclical::set_eta_max);
  map.FindOne({"step_size", "step_epochs"}, false);
  map.Set("step_size", form, &v1::Schedule::Cyclical::set_step_size);
  map.Set("step_epochs", form, &v1::Schedule::Cyclical::set_step_epochs);
  map.Set("cycles", form, &v1::Schedule::Cyclical::set_cycles);
  map.Set("annealing", form, &v1::Schedule::Cyclical::set_annealing);
  map.Finish();
}

}  // namespace

void ReadSchedule(const Field& field, v1::Schedule& schedule) {
  MapReader map(field);
  map.FindOne(
      {"constant", "exponential", "linear", "cosine", "step", "cyclical"},
      false);
  if (const auto form = map.Find("constant")) {
    ReadEtaOnly(*form, *schedule.mutable_constant());
  }
  if (const auto form = map.Find("exponential")) {
    ReadExponential(*form, *schedule.mutable_exponential());
  }
  if (const auto form = map.Find("linear")) {
    ReadEtaOnly(*form, *schedule.mutable_linear());
  }
  if (const auto form = map.Find("cosine")) {
    ReadEtaOnly(*form, *schedule.mutable_cosine());
  }
  if (const auto form = map.Find("step")) {
    ReadStep(*form, *schedule.mutable_step());
  }
  if (const auto form = map.Find("cyclical")) {
    ReadCyclical(*form, *schedule.mutable_cyclical());
  }
  map.FindOne({"warmup", "warmup_epochs"}, false);
  map.Set("warmup", schedule, &v1::Schedule::set_warmup);
  map.Set("warmup_epochs", schedule, &v1::Schedule::set_warmup_epochs);
  map.Finish();
}

}  // namespace etalon
