#include "client/commands/list_trials.h"

#include "client/fetch.h"
#include "client/output/select_columns.h"
#include "client/paging.h"
#include "client/records/parameter_columns.h"
#include "client/records/trial_rows.h"
#include "common/status_macros.h"

namespace etalon {

absl::Status WriteTrials(Connection& connection,
                         const v1::ListTrialsRequest& request, int64_t limit,
                         const std::vector<std::string>& columns,
                         OutputFormat format, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const v1::Search search,
                          FetchSearch(connection, request.parent()));
  const ParameterColumns parameters(search.spec(), TrialColumns());
  ETALON_ASSIGN_OR_RETURN(
      const ColumnSelection selection,
      ColumnSelection::Create(parameters.columns(), columns));
  const auto rates = FixedRatesOf(search);
  const auto writer = MakeRowWriter(format, selection.columns(),
                                    context.out_terminal, context.out);
  int64_t written = 0;
  ETALON_RETURN_IF_ERROR(
      ForEachTrial(connection, request, [&](const v1::Trial& trial) {
        writer->Write(selection.Apply(
            parameters.Apply(TrialRow(trial, rates), trial.parameters())));
        ++written;
        return (limit == 0 || written < limit) && context.out.good();
      }));
  writer->Finish();
  return absl::OkStatus();
}

}  // namespace etalon
