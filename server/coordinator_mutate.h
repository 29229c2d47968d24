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
  Enact<Response>(
      std::move(operation),
      [this, done](absl::StatusOr<Response> result) {
        Tell(done, std::move(result));
      },
      done);
}

template <typename Response>
void Coordinator::Tell(Done<Response> done, absl::StatusOr<Response> result) {
  // A function that is copied, as std::function asks, shares the response.
  writer_.WhenDurable([done = std::move(done),
                       result = std::make_shared<absl::StatusOr<Response>>(
                           std::move(result))](const absl::Status& durable) {
    durable.ok() ? done(std::move(*result)) : done(durable);
  });
}

template <typename Response>
void Coordinator::Enact(Operation<Response> operation, Done<Response> committed,
                        Done<Response> refused) {
  struct Outcome {
    Response response;
    Effects effects;
    bool ran = false;
  };
  // Shared by the operation and its answer, of which the first may be gone
  // before the second runs.
  auto outcome = std::make_shared<Outcome>();
  const absl::Status status = writer_.Submit(
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
      [this, outcome,
       committed = std::move(committed)](const absl::Status& status) {
        if (outcome->effects.searches_changed) scheduler_.Forget();
        if (!status.ok()) {
          Discard(outcome->effects);
          committed(status);
          return;
        }
        Apply(outcome->effects);
        committed(std::move(outcome->response));
      });
  if (!status.ok()) refused(status);
}

}  // namespace etalon

#endif  // ETALON_SERVER_COORDINATOR_MUTATE_H_
