#include "server/succeeded_trials.h"

#include "etalon/v1/trial.pb.h"

namespace etalon {
namespace {

TrialFilter Equal(TrialField field, const std::string& value) {
  TrialFilter filter;
  filter.kind = TrialFilter::Kind::kCondition;
  filter.condition = {{field, ""}, TrialCondition::Operator::kEqual, {value}};
  return filter;
}

}  // namespace

TrialFilter SucceededTrials(const std::string& stage) {
  const TrialFilter succeeded =
      Equal(TrialField::kState, v1::Trial::State_Name(v1::Trial::SUCCEEDED));
  if (stage.empty()) return succeeded;
  TrialFilter both;
  both.kind = TrialFilter::Kind::kAnd;
  both.operands = {succeeded, Equal(TrialField::kStage, stage)};
  return both;
}

}  // namespace etalon
