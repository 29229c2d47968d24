#ifndef ETALON_CLIENT_SUBMISSION_H_
#define ETALON_CLIENT_SUBMISSION_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/connection.h"
#include "client/context.h"
#include "common/spec/search_file.h"

namespace etalon {

// Reads the search file at `path`, or standard input for "-".
// INVALID_ARGUMENT: it cannot be read, or is wrong (one line a problem).
absl::StatusOr<SearchFile> LoadSearchFile(const std::string& path,
                                          const SearchFileOverrides& overrides,
                                          Context& context);

// Submits it, again while the coordinator cannot be reached. What the
// coordinator says is wrong with the definition comes with its place in the
// file, as INVALID_ARGUMENT. Else errors as CreateSearch gives them.
absl::StatusOr<v1::Search> Submit(Connection& connection,
                                  const SearchFile& file,
                                  const std::string& request_id, bool paused);

// What a coordinator refused the file's definition with: where it tells of a
// field, with its place in the file, as INVALID_ARGUMENT; else unchanged.
absl::Status LocateInFile(const absl::Status& refusal, const SearchFile& file);

// Different for every run of the program.
std::string RandomRequestId(const Context& context);

// The same for the same search, so that submitting it to a coordinator that
// has it returns that one.
std::string RequestIdOf(const v1::SearchSpec& spec);

}  // namespace etalon

#endif  // ETALON_CLIENT_SUBMISSION_H_
