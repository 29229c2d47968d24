#ifndef ETALON_SERVER_COORDINATOR_MUTATE_H_
#define ETALON_SERVER_COORDINATOR_MUTATE_H_

#include <memory>
#include <utility>

#include "common/status_macros.h"
#include "server/coordinator.h"

// For the coordinator's own source files.
namespace etalon {

// The response of an operation that has none.
struct Nothing {};

template <typename Response>
void Coordinator::Mutate(Operation<Response> operation, Done<Response> done) {
  struct Outcome {
    Response response;
    Effects effects;
    bool ran = false;
  };
  // Shared by the operation and its answer, of which the first may be gone
  // before the second runs.
  auto outcome = std::make_shared<Outcome>();
  writer_.Submit(
      [this, operation = std::move(operation),
       outcome](Transaction& transaction) -> absl::Status {
        if (outcome->ran) Undo(outcome->effects);
        outcome->ran = true;
        outcome->effects = {};
        absl::StatusOr<Response> response =
            operation(transaction, outcome->effects);
        // At once, for those behind this one in the same transaction.
        if (outcome->effects.searches_changed) scheduler_.Forget();
        ETALON_RETURN_IF_ERROR(response.status());
        outcome->response = *std::move(response);
        return absl::OkStatus();
      },
      [this, outcome, done = std::move(done)](const absl::Status& status) {
        if (outcome->effects.searches_changed) scheduler_.Forget();
        if (!status.ok()) {
          Discard(outcome->effects);
          done(status);
          return;
        }
        Apply(outcome->effects);
        done(std::move(outcome->response));
      });
}

}  // namespace etalon

#endif  // ETALON_SERVER_COORDINATOR_MUTATE_H_
