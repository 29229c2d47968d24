#include "storage/sqlite/page_token.h"

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/random.h"

namespace etalon::sqlite {
namespace {

// A token's bytes: check sum, key, which of Value's types, its bytes.
constexpr size_t kValueBegin = 17;

template <typename Number>
void Append(const Number& number, std::string& bytes) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

template <typename Number>
Number NumberAt(absl::string_view bytes) {
  Number number{};
  std::memcpy(&number, bytes.data(), sizeof(number));
  return number;
}

std::string BytesOf(const PagePosition& position) {
  std::string bytes;
  Append(position.key, bytes);
  bytes.push_back(static_cast<char>(position.value.index()));
  std::visit(
      [&bytes](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string>) {
          bytes.append(value);
        } else if constexpr (!std::is_same_v<T, std::monostate>) {
          Append(value, bytes);
        }
      },
      position.value);
  return bytes;
}

// False where the bytes are none that BytesOf makes.
bool ReadValue(size_t type, absl::string_view bytes, Value& value) {
  switch (type) {
    case 0:
      return bytes.empty();
    case 1:
      if (bytes.size() != sizeof(int64_t)) return false;
      value = NumberAt<int64_t>(bytes);
      return true;
    case 2:
      if (bytes.size() != sizeof(double)) return false;
      value = NumberAt<double>(bytes);
      return true;
    case 3:
      value = std::string(bytes);
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string PageTokens::Encode(absl::string_view list,
                               const PagePosition& end) const {
  const std::string position = BytesOf(end);
  std::string bytes;
  Append(CheckSum(list, position), bytes);
  bytes.append(position);
  return absl::WebSafeBase64Escape(bytes);
}

absl::StatusOr<PagePosition> PageTokens::Decode(absl::string_view list,
                                                absl::string_view token) const {
  std::string bytes;
  if (absl::WebSafeBase64Unescape(token, &bytes) &&
      bytes.size() >= kValueBegin) {
    const absl::string_view body = bytes;
    const absl::string_view position = body.substr(sizeof(uint64_t));
    PagePosition result;
    result.key = NumberAt<int64_t>(position);
    if (NumberAt<uint64_t>(body) == CheckSum(list, position) &&
        ReadValue(static_cast<unsigned char>(body[kValueBegin - 1]),
                  body.substr(kValueBegin), result.value)) {
      return result;
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
