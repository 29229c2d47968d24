#ifndef ETALON_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define ETALON_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <gmock/gmock.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace etalon::testing {

inline const absl::Status& GetStatus(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& GetStatus(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  *result_listener << GetStatus(arg);
  return GetStatus(arg).ok();
}

// StatusIs(code, matcher of the message).
MATCHER_P2(StatusIs, code, message, "") {
  const absl::Status& status = GetStatus(arg);
  *result_listener << status;
  return status.code() == code && ::testing::SafeMatcherCast<std::string>(
                                      ::testing::Matcher<std::string>(message))
                                      .Matches(std::string(status.message()));
}

}  // namespace etalon::testing

#define ETALON_ASSERT_OK(expr) ASSERT_THAT((expr), ::etalon::testing::IsOk())
#define ETALON_EXPECT_OK(expr) EXPECT_THAT((expr), ::etalon::testing::IsOk())

#define ETALON_TEST_CONCAT_INNER_(a, b) a##b
#define ETALON_TEST_CONCAT_(a, b) ETALON_TEST_CONCAT_INNER_(a, b)
// Declares or assigns `lhs` from the StatusOr `expr`, which must be OK. In
// functions that return void.
#define ETALON_ASSERT_OK_AND_ASSIGN(lhs, expr)                                 \
  ETALON_ASSERT_OK_AND_ASSIGN_IMPL_(ETALON_TEST_CONCAT_(status_or_, __LINE__), \
                                    lhs, expr)
#define ETALON_ASSERT_OK_AND_ASSIGN_IMPL_(value, lhs, expr) \
  auto value = (expr);                                      \
  ASSERT_THAT(value, ::etalon::testing::IsOk());            \
  lhs = *std::move(value)

#endif  // ETALON_TESTS_SUPPORT_STATUS_MATCHERS_H_
