#ifndef ETALON_CLIENT_PROGRESS_HINT_H_
#define ETALON_CLIENT_PROGRESS_HINT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/worker.pb.h"

namespace etalon {

// Why an open search trains nothing, and the way out, in a sentence; empty when
// it trains or nothing is known to be in its way. `server` is the coordinator's
// address, for the way out.
std::string WhyNothingHappens(const v1::Search& search,
                              const std::vector<v1::Worker>& workers,
                              absl::string_view server);

// What the user can do about a search that failed because trials diverged, in a
// sentence; empty of any other.
std::string WhatToDoAboutFailure(const v1::Search& search);

}  // namespace etalon

#endif  // ETALON_CLIENT_PROGRESS_HINT_H_
