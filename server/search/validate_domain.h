#ifndef ETALON_SERVER_SEARCH_VALIDATE_DOMAIN_H_
#define ETALON_SERVER_SEARCH_VALIDATE_DOMAIN_H_

#include <string>

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// That a parameter has a range or categories that make sense in themselves.
// `path` names it in messages. Status codes as in validation.h.
absl::Status ValidateDomain(const std::string& path,
                            const v1::Parameter& parameter);

// That a valid domain is of the kind of the field that the parameter names,
// which ResolveParameter knows: whole numbers for batch_size, and so on.
absl::Status ValidateKind(const std::string& path,
                          const v1::Parameter& parameter);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_DOMAIN_H_
