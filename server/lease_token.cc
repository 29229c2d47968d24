#include "server/lease_token.h"

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "common/status_macros.h"

namespace etalon {

v1::LeaseToken MakeToken(uint64_t database_generation,
                         const TrialRecord& trial) {
  v1::LeaseToken token;
  token.set_database_generation(database_generation);
  token.set_trial(FormatTrialName(trial.search_name, trial.number));
  token.set_attempt(trial.attempt);
  token.set_search(trial.search);
  return token;
}

absl::StatusOr<TrialRecord> FindTokenTrial(Transaction& transaction,
                                           uint64_t database_generation,
                                           const v1::LeaseToken& token) {
  ETALON_ASSIGN_OR_RETURN(const TrialName name, ParseTrialName(token.trial()));
  if (token.database_generation() != database_generation) {
    return StaleToken(token, "it is of another database");
  }
  absl::StatusOr<TrialRecord> trial =
      transaction.FindTrial(name.search, name.number);
  if (absl::IsNotFound(trial.status())) {
    return StaleToken(token, "there is no such trial");
  }
  if (trial.ok() && trial->search != token.search()) {
    return StaleToken(token, "its search was deleted");
  }
  return trial;
}

bool IsLive(const TrialRecord& trial, WorkerId worker,
            const v1::LeaseToken& token) {
  return trial.state == v1::Trial::RUNNING &&
         trial.attempt == token.attempt() && trial.worker == worker;
}

absl::Status StaleToken(const v1::LeaseToken& token, absl::string_view why) {
  return absl::FailedPreconditionError(
      absl::StrCat("the token for attempt ", token.attempt(), " at ",
                   token.trial(), " is stale: ", why));
}

absl::Status ExplainStale(const TrialRecord& trial, WorkerId worker,
                          const v1::LeaseToken& token) {
  if (trial.attempt != token.attempt()) {
    return StaleToken(
        token, absl::StrCat("the last attempt is number ", trial.attempt));
  }
  if (trial.worker != worker) {
    return StaleToken(
        token, absl::StrCat("the attempt is ", FormatWorkerName(trial.worker),
                            "'s, not ", FormatWorkerName(worker), "'s"));
  }
  return StaleToken(
      token, absl::StrCat("the trial is ", v1::Trial::State_Name(trial.state)));
}

}  // namespace etalon
