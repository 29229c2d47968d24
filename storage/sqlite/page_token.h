#ifndef ETALON_STORAGE_SQLITE_PAGE_TOKEN_H_
#define ETALON_STORAGE_SQLITE_PAGE_TOKEN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/sqlite/values.h"

namespace etalon::sqlite {

// Where a page ended: the last row's key, after which the next page begins, and
// not a count of rows, so that rows that come or go meanwhile shift nothing.
struct PagePosition {
  int64_t key = 0;
  // Of lists in another order than that of their keys: what the last row was
  // ordered by; NULL where it had nothing.
  Value value = {};
};

// Tokens for positions in lists. A token carries a check sum over the list's
// name and the database's generation, against tokens that come from another
// list or database, are cut off or made up. No secret: a position that is
// forged with effort still shows nothing but the list.
class PageTokens {
 public:
  explicit PageTokens(uint64_t generation) : generation_(generation) {}

  // `list` names the list and all that selects and orders its rows.
  std::string Encode(absl::string_view list, const PagePosition& end) const;
  // INVALID_ARGUMENT: not a token of this list.
  absl::StatusOr<PagePosition> Decode(absl::string_view list,
                                      absl::string_view token) const;

 private:
  uint64_t CheckSum(absl::string_view list, absl::string_view position) const;

  const uint64_t generation_;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_PAGE_TOKEN_H_
