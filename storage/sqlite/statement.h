#ifndef ETALON_STORAGE_SQLITE_STATEMENT_H_
#define ETALON_STORAGE_SQLITE_STATEMENT_H_

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/sqlite/values.h"

namespace etalon::sqlite {

class Connection;

// Bytes, to be stored as they are.
struct Blob {
  absl::string_view bytes;
};

// One use of a prepared statement: bound by Connection::Prepare, stepped row by
// row, reset when it goes out of scope, for its connection keeps it; or, of
// PrepareOnce, for this use alone.
//
// The columns of a row are read from left to right, by the functions whose
// names begin with Next; a text that is not what it stands for gives a default
// and an error, which `status` and the following Step return.
//
// Threads: that of its connection, which it must not outlive.
class Statement {
 public:
  Statement(Connection& connection, sqlite3_stmt* statement, bool kept)
      : connection_(&connection), statement_(statement), kept_(kept) {}
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // To the next row: false when there is none. Codes of ErrorOf.
  absl::StatusOr<bool> Step();
  // Steps to the end; rows are ignored. A statement with RETURNING is not done
  // before.
  absl::Status Finish();

  // INVALID_ARGUMENT from a binding that was refused, DATA_LOSS from a column
  // that could not be read; else OK.
  const absl::Status& status() const { return status_; }

  bool NextIsNull() const;
  void SkipColumn() { ++column_; }
  int64_t NextInt64();
  int NextInt();
  uint64_t NextUint64();  // of its signed bit pattern
  bool NextBool();
  double NextDouble();
  std::string NextText();
  // Whatever it is; of a blob its bytes, as text.
  Value NextValue();
  std::string NextBlob();
  absl::Time NextTime();  // InfinitePast for NULL
  // A state's name, as `E_Parse` of its protobuf enum reads it.
  template <typename E>
  E NextEnum(bool (*parse)(const std::string&, E*)) {
    E value{};
    const std::string text = NextText();
    if (!parse(text, &value)) Refuse(text);
    return value;
  }
  // What a parser, of type StatusOr<T>(string_view), makes of a text.
  template <typename Parse>
  auto NextParsed(Parse parse) {
    const std::string text = NextText();
    auto value = parse(text);
    if (value.ok()) return *std::move(value);
    Refuse(text);
    return typename decltype(value)::value_type();
  }
  // A message from its JSON.
  void NextJson(google::protobuf::Message* message);

  // Binds the next parameter. Numbers that are not finite are refused.
  template <std::integral T>
  void Bind(T value) {
    BindInt64(static_cast<int64_t>(value));
  }
  void Bind(double value);
  void Bind(absl::string_view value);
  void Bind(const std::string& value) { Bind(absl::string_view(value)); }
  void Bind(const char* value) { Bind(absl::string_view(value)); }
  void Bind(Blob value);
  void Bind(absl::Time value);
  void Bind(std::nullopt_t);
  void Bind(std::monostate) { Bind(std::nullopt); }
  void Bind(const Value& value) {
    std::visit([this](const auto& held) { Bind(held); }, value);
  }
  template <typename T>
  void Bind(const std::optional<T>& value) {
    value.has_value() ? Bind(*value) : Bind(std::nullopt);
  }
  // Texts and blobs that are bound from here on stay where they are for as long
  // as this use lasts: SQLite, which otherwise allocates a copy of each, reads
  // them there.
  void BorrowTexts() { text_lifetime_ = SQLITE_STATIC; }

 private:
  void BindInt64(int64_t value);
  void BindText(absl::string_view value, sqlite3_destructor_type lifetime);
  void CheckBind(int code);
  // Remembers that the column just read has a value that it cannot have.
  void Refuse(absl::string_view value);

  Connection* connection_;
  sqlite3_stmt* statement_;
  bool kept_;
  sqlite3_destructor_type text_lifetime_ = SQLITE_TRANSIENT;
  int parameter_ = 0;  // bound last
  int column_ = 0;     // read next
  absl::Status status_;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_STATEMENT_H_
