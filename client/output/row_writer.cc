#include "client/output/row_writer.h"

#include "client/output/csv_writer.h"
#include "client/output/json_writer.h"
#include "client/output/table_writer.h"
#include "client/output/text.h"
#include "client/output/yaml_writer.h"

namespace etalon {
namespace {

class NameWriter : public RowWriter {
 public:
  explicit NameWriter(std::ostream& out) : out_(out) {}
  void Write(const Row& row) override { out_ << Printable(row.name) << "\n"; }
  void Finish() override {}

 private:
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<RowWriter> MakeRowWriter(OutputFormat format,
                                         const std::vector<Column>& columns,
                                         const Terminal& terminal,
                                         std::ostream& out) {
  switch (format) {
    case OutputFormat::kTable:
      return std::make_unique<TableWriter>(columns, terminal, out);
    case OutputFormat::kJson:
    case OutputFormat::kJsonl:
      return std::make_unique<JsonWriter>(format, columns, out);
    case OutputFormat::kCsv:
      return std::make_unique<CsvWriter>(columns, out);
    case OutputFormat::kYaml:
      return std::make_unique<YamlWriter>(columns, out);
    case OutputFormat::kName:
      break;
  }
  return std::make_unique<NameWriter>(out);
}

void WriteRows(OutputFormat format, const std::vector<Column>& columns,
               const std::vector<Row>& rows, const Terminal& terminal,
               std::ostream& out) {
  const auto writer = MakeRowWriter(format, columns, terminal, out);
  for (const Row& row : rows) writer->Write(row);
  writer->Finish();
}

void WriteObject(OutputFormat format, const Json& object, std::ostream& out) {
  if (format == OutputFormat::kJson || format == OutputFormat::kJsonl) {
    out << DumpJson(object, format == OutputFormat::kJson) << "\n";
  } else {
    out << DumpYaml(object);
  }
}

Json RowToJson(const std::vector<Column>& columns, const Row& row) {
  Json object = Json::object();
  for (size_t i = 0; i < columns.size(); ++i) {
    object[columns[i].name] = ToJson(row.cells[i]);
  }
  return object;
}

Json RowsToJson(const std::vector<Column>& columns,
                const std::vector<Row>& rows) {
  Json array = Json::array();
  for (const Row& row : rows) array.push_back(RowToJson(columns, row));
  return array;
}

}  // namespace etalon
