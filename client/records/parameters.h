#ifndef ETALON_CLIENT_RECORDS_PARAMETERS_H_
#define ETALON_CLIENT_RECORDS_PARAMETERS_H_

#include <google/protobuf/repeated_ptr_field.h>

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "client/output/rows.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

using Assignments = google::protobuf::RepeatedPtrField<v1::ParameterAssignment>;

// {"lambda": 0.001, ...}
Json ParametersToJson(const Assignments& parameters);

// The value of `name`, or an empty cell.
Cell FindParameter(const Assignments& parameters, absl::string_view name);

// For people, printable: "lambda 0.001235, eta 0.02"; empty where there are
// none.
std::string AssignmentsToText(const Assignments& parameters);

// The learning rate: `eta`, or the one of a schedule by its path.
Cell FindRate(const Assignments& parameters);

// A range as {"minimum": 1e-5, "maximum": 0.1, "scale": "LOG"}, or a list of
// values.
Json RangeToJson(const v1::Parameter& parameter);
// A box for people: "lambda 1e-05 … 0.1 log, eta {0.01, 0.1}".
std::string BoxToText(
    const google::protobuf::RepeatedPtrField<v1::Parameter>& box);

// lambda and eta that a stage's trials are trained with where the search does
// not vary them; empty cells where the stage does not say.
struct FixedRates {
  Cell lambda;
  Cell eta;
};
FixedRates FixedRatesOf(const v1::Training& training);
// By the stages' full names.
std::map<std::string, FixedRates> FixedRatesOf(const v1::Search& search);

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_PARAMETERS_H_
