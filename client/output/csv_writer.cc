#include "client/output/csv_writer.h"

#include "absl/strings/str_replace.h"
#include "client/output/json_writer.h"
#include "client/output/text.h"

namespace etalon {
namespace {

std::string Quote(const std::string& field) {
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  return "\"" + absl::StrReplaceAll(field, {{"\"", "\"\""}}) + "\"";
}

std::string ToField(const Cell& cell) {
  if (const auto* const json = std::get_if<Json>(&cell)) {
    return DumpJson(*json, false);
  }
  if (const auto* const text = std::get_if<std::string>(&cell)) {
    return Printable(*text, /*keep_lines=*/true);
  }
  return ToText(cell, Display::kNumber);
}

}  // namespace

CsvWriter::CsvWriter(const std::vector<Column>& columns, std::ostream& out)
    : out_(out) {
  std::vector<std::string> header;
  for (const Column& column : columns) header.push_back(column.name);
  WriteRecord(header);
}

void CsvWriter::Write(const Row& row) {
  std::vector<std::string> fields;
  for (const Cell& cell : row.cells) fields.push_back(ToField(cell));
  WriteRecord(fields);
}

void CsvWriter::WriteRecord(const std::vector<std::string>& fields) {
  for (size_t i = 0; i < fields.size(); ++i) {
    out_ << (i > 0 ? "," : "") << Quote(fields[i]);
  }
  out_ << "\r\n";
}

}  // namespace etalon
