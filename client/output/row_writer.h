#ifndef ETALON_CLIENT_OUTPUT_ROW_WRITER_H_
#define ETALON_CLIENT_OUTPUT_ROW_WRITER_H_

#include <memory>
#include <ostream>
#include <vector>

#include "client/output/rows.h"
#include "client/output/terminal.h"

namespace etalon {

enum class OutputFormat { kTable, kJson, kJsonl, kCsv, kYaml, kName };

// Writes rows in one format, each as it comes; a table at the end, because its
// columns are as wide as what is in them. Doubles are exact in all formats but
// tables. `Finish` ends the output, also of no rows at all.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void Write(const Row& row) = 0;
  virtual void Finish() = 0;
};

// Writes to `out`, which must outlive the writer.
std::unique_ptr<RowWriter> MakeRowWriter(OutputFormat format,
                                         const std::vector<Column>& columns,
                                         const Terminal& terminal,
                                         std::ostream& out);

// Writes all of `rows`.
void WriteRows(OutputFormat format, const std::vector<Column>& columns,
               const std::vector<Row>& rows, const Terminal& terminal,
               std::ostream& out);

// Writes one object with parts: kJson indented, kJsonl on one line, else YAML.
void WriteObject(OutputFormat format, const Json& object, std::ostream& out);

// A row as an object, and rows as an array of them.
Json RowToJson(const std::vector<Column>& columns, const Row& row);
Json RowsToJson(const std::vector<Column>& columns,
                const std::vector<Row>& rows);

}  // namespace etalon

#endif  // ETALON_CLIENT_OUTPUT_ROW_WRITER_H_
