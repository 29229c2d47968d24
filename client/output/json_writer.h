#ifndef ETALON_CLIENT_OUTPUT_JSON_WRITER_H_
#define ETALON_CLIENT_OUTPUT_JSON_WRITER_H_

#include <ostream>
#include <string>
#include <vector>

#include "client/output/row_writer.h"

namespace etalon {

// `value` as JSON text: indented, or on one line. Bytes that are not UTF-8 are
// replaced, and everything beyond ASCII is escaped: what machines read back is
// the same, and terminals see nothing else.
std::string DumpJson(const Json& value, bool indented);

// An array with one row a line (kJson), or one object a line (kJsonl).
class JsonWriter : public RowWriter {
 public:
  JsonWriter(OutputFormat format, std::vector<Column> columns,
             std::ostream& out);
  void Write(const Row& row) override;
  void Finish() override;

 private:
  const bool array_;
  const std::vector<Column> columns_;
  std::ostream& out_;
  bool first_ = true;
};

}  // namespace etalon

#endif  // ETALON_CLIENT_OUTPUT_JSON_WRITER_H_
