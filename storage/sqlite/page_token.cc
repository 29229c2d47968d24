#include "storage/sqlite/page_token.h"

#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/random.h"

namespace etalon::sqlite {
namespace {

// The bytes of a token, before they become text.
struct Body {
  int64_t key;
  double accuracy;
  uint64_t has_accuracy;
  uint64_t check_sum;
};
static_assert(sizeof(Body) == 32);  // no padding
constexpr size_t kCheckedBytes = offsetof(Body, check_sum);

absl::string_view CheckedBytes(const Body& body) {
  return absl::string_view(reinterpret_cast<const char*>(&body), kCheckedBytes);
}

}  // namespace

std::string PageTokens::Encode(absl::string_view list,
                               const PagePosition& end) const {
  Body body = {end.key, end.accuracy.value_or(0), end.accuracy.has_value(), 0};
  body.check_sum = CheckSum(list, CheckedBytes(body));
  return absl::WebSafeBase64Escape(
      absl::string_view(reinterpret_cast<const char*>(&body), sizeof(body)));
}

absl::StatusOr<PagePosition> PageTokens::Decode(absl::string_view list,
                                                absl::string_view token) const {
  std::string bytes;
  Body body;
  if (absl::WebSafeBase64Unescape(token, &bytes) &&
      bytes.size() == sizeof(body)) {
    std::memcpy(&body, bytes.data(), sizeof(body));
    if (body.check_sum == CheckSum(list, CheckedBytes(body))) {
      PagePosition position = {body.key, std::nullopt};
      if (body.has_accuracy != 0) position.accuracy = body.accuracy;
      return position;
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("page token '", absl::CHexEscape(token.substr(0, 64)),
                   "' was not given by this list; begin without one"));
}

uint64_t PageTokens::CheckSum(absl::string_view list,
                              absl::string_view position) const {
  return DeriveSeed(generation_, absl::StrCat(list, "\n", position));
}

}  // namespace etalon::sqlite
