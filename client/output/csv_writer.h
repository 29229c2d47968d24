#ifndef ETALON_CLIENT_OUTPUT_CSV_WRITER_H_
#define ETALON_CLIENT_OUTPUT_CSV_WRITER_H_

#include <ostream>
#include <string>
#include <vector>

#include "client/output/row_writer.h"

namespace etalon {

// RFC 4180: a header, CRLF after every record, fields in quotes where they hold
// a comma, a quote or a line break. Control characters are escaped.
class CsvWriter : public RowWriter {
 public:
  CsvWriter(const std::vector<Column>& columns, std::ostream& out);
  void Write(const Row& row) override;
  void Finish() override {}

 private:
  void WriteRecord(const std::vector<std::string>& fields);

  std::ostream& out_;
};

}  // namespace etalon

#endif  // ETALON_CLIENT_OUTPUT_CSV_WRITER_H_
