#include "client/output/json_writer.h"

#include <utility>

namespace etalon {

std::string DumpJson(const Json& value, bool indented) {
  return value.dump(indented ? 2 : -1, ' ', /*ensure_ascii=*/true,
                    Json::error_handler_t::replace);
}

JsonWriter::JsonWriter(OutputFormat format, std::vector<Column> columns,
                       std::ostream& out)
    : array_(format == OutputFormat::kJson),
      columns_(std::move(columns)),
      out_(out) {}

void JsonWriter::Write(const Row& row) {
  if (array_) out_ << (first_ ? "[\n  " : ",\n  ");
  out_ << DumpJson(RowToJson(columns_, row), false);
  if (!array_) out_ << "\n";
  first_ = false;
}

void JsonWriter::Finish() {
  if (array_) out_ << (first_ ? "[]\n" : "\n]\n");
}

}  // namespace etalon
