#include "worker/trial_runner.h"

#include <exception>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"

namespace etalon {

TrialResult FailedResult(const absl::Status& status) {
  TrialResult result;
  result.message = std::string(status.message());
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kUnimplemented:
      result.kind = TrialResult::Kind::kInvalid;
      break;
    case absl::StatusCode::kResourceExhausted:
      result.kind = TrialResult::Kind::kOutOfMemory;
      break;
    default:
      result.kind = TrialResult::Kind::kInternal;
  }
  return result;
}

absl::Status CallGuarded(absl::FunctionRef<void()> work) {
  try {
    work();
    return absl::OkStatus();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("not enough memory to train the trial");
  } catch (const std::exception& exception) {
    return absl::InternalError(
        absl::StrCat("training threw: ", exception.what()));
  } catch (...) {
    return absl::InternalError("training threw what is not an exception");
  }
}

void RunGuarded(TrialRunner& runner, const std::vector<TrialRun>& trials,
                OnTrialEnd on_end) {
  std::vector<bool> ended(trials.size(), false);
  const absl::Status status = CallGuarded([&] {
    runner.Run(trials, [&](size_t index, TrialResult result) {
      ended[index] = true;
      on_end(index, std::move(result));
    });
  });
  if (status.ok()) return;
  for (size_t i = 0; i < trials.size(); ++i) {
    if (!ended[i]) on_end(i, FailedResult(status));
  }
}

}  // namespace etalon
