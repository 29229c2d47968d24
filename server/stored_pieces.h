#ifndef ETALON_SERVER_STORED_PIECES_H_
#define ETALON_SERVER_STORED_PIECES_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace etalon {

// Whether the piece that `request` brings is to be appended to what is stored;
// false: it is there already, and the answer was lost. `stored` has size_bytes
// and stored_bytes. INVALID_ARGUMENT: it does not follow, or is of another
// size.
template <typename Request, typename Record>
absl::StatusOr<bool> IsNextPiece(const Request& request,
                                 const std::optional<Record>& stored) {
  const int64_t stored_bytes = stored.has_value() ? stored->stored_bytes : 0;
  if (stored.has_value() && stored->size_bytes != request.size_bytes()) {
    return absl::InvalidArgumentError(
        absl::StrCat("size_bytes is ", request.size_bytes(), ": it was ",
                     stored->size_bytes, " with the first piece"));
  }
  const int64_t end =
      request.offset() + static_cast<int64_t>(request.data().size());
  if (end <= stored_bytes) return false;
  if (request.offset() == stored_bytes) return true;
  return absl::InvalidArgumentError(
      absl::StrCat("offset is ", request.offset(), ": ", stored_bytes, " of ",
                   request.size_bytes(), " bytes are there"));
}

}  // namespace etalon

#endif  // ETALON_SERVER_STORED_PIECES_H_
