#ifndef ETALON_CLIENT_FETCH_MODEL_H_
#define ETALON_CLIENT_FETCH_MODEL_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/connection.h"
#include "client/context.h"

namespace etalon {

// The bytes of the model that is stored of `trial`, by its full name, piece by
// piece; a large one shows its progress to somebody who watches. Errors as the
// calls give them. DATA_LOSS: the pieces do not make the size that was said.
absl::StatusOr<std::string> FetchModel(Connection& connection,
                                       const std::string& trial,
                                       Context& context);

}  // namespace etalon

#endif  // ETALON_CLIENT_FETCH_MODEL_H_
