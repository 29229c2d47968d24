#include "server/sql_queries.h"

#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

void Set(std::monostate, v1::SqlValue&) {}
void Set(int64_t integer, v1::SqlValue& value) { value.set_integer(integer); }
void Set(double number, v1::SqlValue& value) { value.set_number(number); }
void Set(std::string&& text, v1::SqlValue& value) {
  value.set_text(std::move(text));
}
void Set(SqlBlob&& blob, v1::SqlValue& value) {
  value.set_blob(std::move(blob.bytes));
}

v1::RunSqlResponse ToResponse(SqlTable table) {
  v1::RunSqlResponse response;
  for (std::string& column : table.columns) {
    response.add_columns(std::move(column));
  }
  for (std::vector<SqlCell>& cells : table.rows) {
    v1::SqlRow& row = *response.add_rows();
    for (SqlCell& cell : cells) {
      v1::SqlValue& value = *row.add_values();
      std::visit([&value](auto&& held) { Set(std::move(held), value); },
                 std::move(cell));
    }
  }
  response.set_truncated(table.truncated);
  return response;
}

absl::StatusOr<v1::RunSqlResponse> RunOn(
    SqlReader& reader, const v1::RunSqlRequest& request,
    const std::function<bool()>& cancelled) {
  // It may have waited for long.
  if (cancelled()) return absl::CancelledError("sql: the caller hung up");
  SqlLimits limits;
  if (request.max_rows() > 0) limits.max_rows = request.max_rows();
  ETALON_ASSIGN_OR_RETURN(SqlTable table,
                          reader.Run(request.sql(), limits, cancelled));
  return ToResponse(std::move(table));
}

}  // namespace

void SqlQueries::RunSql(v1::RunSqlRequest request,
                        std::function<bool()> cancelled,
                        Done<v1::RunSqlResponse> done) {
  if (pool_.waiting() >= kMaxQueuedSql) {
    done(absl::ResourceExhaustedError(
        absl::StrCat("sql: ", kMaxQueuedSql,
                     " queries wait already; try again in a while")));
    return;
  }
  const absl::Status status = pool_.Run(
      [request = std::move(request), cancelled = std::move(cancelled),
       done](SqlReader& reader) { done(RunOn(reader, request, cancelled)); });
  if (!status.ok()) done(status);
}

}  // namespace etalon
