#ifndef ETALON_COMMON_UTF8_H_
#define ETALON_COMMON_UTF8_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"

namespace etalon {

struct Utf8Character {
  char32_t character = 0;
  // 0 where the bytes are not UTF-8.
  size_t bytes = 0;
};

// The character that begins at `position` < text.size(), by RFC 3629: no
// overlong forms, no surrogates.
Utf8Character DecodeUtf8(absl::string_view text, size_t position);

// Position of the first byte that is not part of well-formed UTF-8, or is a
// control character other than tab, line feed and carriage return.
std::optional<size_t> FindInvalidText(absl::string_view text);

// The longest beginning of `text` that has at most `max_bytes` and does not end
// within a character, which protobuf would refuse.
absl::string_view CutUtf8(absl::string_view text, size_t max_bytes);

}  // namespace etalon

#endif  // ETALON_COMMON_UTF8_H_
