#ifndef ETALON_COMMON_STATUS_MACROS_H_
#define ETALON_COMMON_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the enclosing function when `expr`, an absl::Status, is an
// error.
#define ETALON_RETURN_IF_ERROR(expr)                                \
  do {                                                              \
    if (absl::Status etalon_status_ = (expr); !etalon_status_.ok()) \
      return etalon_status_;                                        \
  } while (false)

#define ETALON_CONCAT_INNER_(a, b) a##b
#define ETALON_CONCAT_(a, b) ETALON_CONCAT_INNER_(a, b)

// Evaluates `expr`, an absl::StatusOr<T>; returns its error, or assigns its
// value to `lhs`, which may be a declaration.
#define ETALON_ASSIGN_OR_RETURN(lhs, expr)                                   \
  ETALON_ASSIGN_OR_RETURN_IMPL_(ETALON_CONCAT_(etalon_status_or_, __LINE__), \
                                lhs, expr)

#define ETALON_ASSIGN_OR_RETURN_IMPL_(value, lhs, expr) \
  auto value = (expr);                                  \
  if (!value.ok()) return std::move(value).status();    \
  lhs = *std::move(value)

#endif  // ETALON_COMMON_STATUS_MACROS_H_
