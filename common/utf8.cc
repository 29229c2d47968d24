#include "common/utf8.h"

#include <cstdint>

namespace etalon {

Utf8Character DecodeUtf8(absl::string_view text, size_t position) {
  const auto byte = [&](size_t i) {
    return static_cast<uint8_t>(text[position + i]);
  };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || position + length > text.size()) return {};
  char32_t character = lead & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    character = character << 6 | (byte(i) & 0x3F);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < kSmallest[length] || character > 0x10FFFF || surrogate) {
    return {};
  }
  return {character, length};
}

std::optional<size_t> FindInvalidText(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const Utf8Character decoded = DecodeUtf8(text, i);
    const char32_t c = decoded.character;
    const bool control = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
                         (c >= 0x7F && c <= 0x9F);
    if (decoded.bytes == 0 || control) return i;
    i += decoded.bytes;
  }
  return std::nullopt;
}

absl::string_view CutUtf8(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace etalon
