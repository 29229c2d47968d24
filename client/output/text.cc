#include "client/output/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/utf8.h"

namespace etalon {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Controls, and characters that are invisible or turn the direction of writing.
constexpr Range kUnprintable[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},        {0x61C, 0x61C},
    {0x115F, 0x1160}, {0x180E, 0x180E}, {0x200B, 0x200F},    {0x2028, 0x202E},
    {0x2060, 0x206F}, {0x3164, 0x3164}, {0xE000, 0xF8FF},    {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFC}, {0xE0000, 0x10FFFF},
};
// Takes two columns (Unicode's East Asian Width W and F, and emoji), rounded up
// to whole blocks: a table that is a little narrow is still a table.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x23FF},   {0x25FD, 0x27BF},
    {0x2B1B, 0x2B55},   {0x2E80, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE6F},
    {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18CFF},
    {0x1AFF0, 0x1B2FF}, {0x1F000, 0x1FAFF}, {0x20000, 0x3FFFF},
};
constexpr Range kCombining[] = {{0x300, 0x36F}, {0xFE00, 0xFE0F}};

template <size_t n>
bool Contains(const Range (&ranges)[n], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges), [c](Range range) {
    return range.first <= c && c <= range.last;
  });
}

size_t Width(char32_t character) {
  if (Contains(kCombining, character)) return 0;
  return Contains(kWide, character) ? 2 : 1;
}

}  // namespace

std::string Printable(absl::string_view text, bool keep_lines) {
  std::string printable;
  printable.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const Utf8Character decoded = DecodeUtf8(text, i);
    if (decoded.bytes == 0) {
      absl::StrAppend(&printable,
                      fmt::format("\\x{:02x}", static_cast<uint8_t>(text[i])));
      ++i;
      continue;
    }
    if (keep_lines && decoded.character == '\n') {
      printable += '\n';
    } else if (Contains(kUnprintable, decoded.character)) {
      const auto code = static_cast<uint32_t>(decoded.character);
      printable += code < 0x100 ? fmt::format("\\x{:02x}", code)
                                : fmt::format("\\u{{{:x}}}", code);
    } else {
      printable.append(text.data() + i, decoded.bytes);
    }
    i += decoded.bytes;
  }
  return printable;
}

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size();) {
    const Utf8Character decoded = DecodeUtf8(text, i);
    width += decoded.bytes == 0 ? 1 : Width(decoded.character);
    i += std::max<size_t>(decoded.bytes, 1);
  }
  return width;
}

std::vector<std::string> Wrap(absl::string_view text, size_t width) {
  std::vector<std::string> lines;
  size_t begin = 0;
  // Behind the last space of the line; 0 where it has none.
  size_t after_space = 0;
  size_t used = 0;
  for (size_t i = 0; i < text.size();) {
    const Utf8Character decoded = DecodeUtf8(text, i);
    const size_t columns = decoded.bytes == 0 ? 1 : Width(decoded.character);
    if (used + columns > width && i > begin) {
      const bool at_space = text[i] == ' ';
      const size_t end = at_space ? i + 1 : after_space > 0 ? after_space : i;
      absl::string_view line = text.substr(begin, end - begin);
      if (at_space || after_space > 0) line.remove_suffix(1);
      lines.emplace_back(line);
      begin = i = end;
      after_space = used = 0;
      continue;
    }
    used += columns;
    i += std::max<size_t>(decoded.bytes, 1);
    if (decoded.character == ' ') after_space = i;
  }
  if (begin < text.size() || lines.empty()) {
    lines.emplace_back(text.substr(begin));
  }
  return lines;
}

std::string Shorten(absl::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  size_t used = 0;
  size_t end = 0;
  while (end < text.size()) {
    const Utf8Character decoded = DecodeUtf8(text, end);
    const size_t next = decoded.bytes == 0 ? 1 : Width(decoded.character);
    if (used + next > width - 1) break;
    used += next;
    end += std::max<size_t>(decoded.bytes, 1);
  }
  return absl::StrCat(text.substr(0, end), "…");
}

}  // namespace etalon
