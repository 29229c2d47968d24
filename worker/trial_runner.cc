#include "worker/trial_runner.h"

#include <exception>
#include <new>

#include "absl/strings/str_cat.h"

namespace etalon {

TrialResult RunGuarded(TrialRunner& runner, const v1::Trial& trial,
                       TrialMonitor& monitor) {
  TrialResult result;
  try {
    return runner.Run(trial, monitor);
  } catch (const std::bad_alloc&) {
    result.kind = TrialResult::Kind::kOutOfMemory;
    result.message = "not enough memory to train the trial";
  } catch (const std::exception& exception) {
    result.kind = TrialResult::Kind::kInternal;
    result.message = absl::StrCat("training threw: ", exception.what());
  } catch (...) {
    result.kind = TrialResult::Kind::kInternal;
    result.message = "training threw what is not an exception";
  }
  return result;
}

}  // namespace etalon
