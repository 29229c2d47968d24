#include "storage/sqlite/statement.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/errors.h"

namespace etalon::sqlite {

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      kept_(other.kept_),
      text_lifetime_(other.text_lifetime_),
      parameter_(other.parameter_),
      column_(other.column_),
      status_(std::move(other.status_)) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  if (!kept_) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

absl::StatusOr<bool> Statement::Step() {
  ETALON_RETURN_IF_ERROR(status_);
  column_ = 0;
  switch (const int code = sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return ErrorOf(connection_->handle(), code, connection_->path());
  }
}

absl::Status Statement::Finish() {
  absl::StatusOr<bool> row = Step();
  while (row.ok() && *row) row = Step();
  return row.status();
}

bool Statement::NextIsNull() const {
  return sqlite3_column_type(statement_, column_) == SQLITE_NULL;
}

int64_t Statement::NextInt64() {
  return sqlite3_column_int64(statement_, column_++);
}

int Statement::NextInt() { return static_cast<int>(NextInt64()); }

uint64_t Statement::NextUint64() { return static_cast<uint64_t>(NextInt64()); }

bool Statement::NextBool() { return NextInt64() != 0; }

double Statement::NextDouble() {
  return sqlite3_column_double(statement_, column_++);
}

std::string Statement::NextText() {
  // The text first: it may convert, which changes the length.
  const unsigned char* text = sqlite3_column_text(statement_, column_);
  const int size_bytes = sqlite3_column_bytes(statement_, column_);
  ++column_;
  if (text == nullptr) return "";
  return std::string(reinterpret_cast<const char*>(text), size_bytes);
}

Value Statement::NextValue() {
  switch (sqlite3_column_type(statement_, column_)) {
    case SQLITE_NULL:
      SkipColumn();
      return std::monostate();
    case SQLITE_INTEGER:
      return NextInt64();
    case SQLITE_FLOAT:
      return NextDouble();
    case SQLITE_BLOB:
      return NextBlob();
    default:
      return NextText();
  }
}

std::string Statement::NextBlob() {
  const void* blob = sqlite3_column_blob(statement_, column_);
  const int size_bytes = sqlite3_column_bytes(statement_, column_);
  ++column_;
  if (blob == nullptr) return "";
  return std::string(static_cast<const char*>(blob), size_bytes);
}

absl::Time Statement::NextTime() {
  if (NextIsNull()) {
    SkipColumn();
    return absl::InfinitePast();
  }
  const std::string text = NextText();
  const std::optional<absl::Time> time = TimeFromText(text);
  if (!time.has_value()) Refuse(text);
  return time.value_or(absl::InfinitePast());
}

void Statement::NextJson(google::protobuf::Message* message) {
  const std::string text = NextText();
  if (!FromJson(text, message).ok()) Refuse(text);
}

void Statement::Refuse(absl::string_view value) {
  status_ = absl::DataLossError(
      absl::StrCat(DatabaseNamed(connection_->path()), ": column ",
                   sqlite3_column_name(statement_, column_ - 1),
                   " has an impossible value '", value.substr(0, 200), "'"));
}

void Statement::Bind(double value) {
  if (!std::isfinite(value)) {
    status_ = absl::InvalidArgumentError(
        absl::StrCat("a number to be stored is ", value));
    return;
  }
  CheckBind(sqlite3_bind_double(statement_, ++parameter_, value));
}

void Statement::Bind(absl::string_view value) {
  BindText(value, text_lifetime_);
}

void Statement::Bind(Blob value) {
  // Where there are no bytes a null pointer would bind NULL.
  const char* const data = value.bytes.empty() ? "" : value.bytes.data();
  CheckBind(sqlite3_bind_blob64(statement_, ++parameter_, data,
                                value.bytes.size(), text_lifetime_));
}

void Statement::Bind(absl::Time value) {
  // The connection's text becomes that of the next time.
  BindText(connection_->TimeText(value), SQLITE_TRANSIENT);
}

void Statement::Bind(std::nullopt_t) {
  CheckBind(sqlite3_bind_null(statement_, ++parameter_));
}

void Statement::BindInt64(int64_t value) {
  CheckBind(sqlite3_bind_int64(statement_, ++parameter_, value));
}

void Statement::BindText(absl::string_view value,
                         sqlite3_destructor_type lifetime) {
  // A null pointer would bind NULL instead of the empty text.
  const char* const data = value.data() != nullptr ? value.data() : "";
  CheckBind(sqlite3_bind_text64(statement_, ++parameter_, data, value.size(),
                                lifetime, SQLITE_UTF8));
}

void Statement::CheckBind(int code) {
  if (code == SQLITE_OK || !status_.ok()) return;
  status_ = ErrorOf(connection_->handle(), code, connection_->path());
}

}  // namespace etalon::sqlite
