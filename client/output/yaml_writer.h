#ifndef ETALON_CLIENT_OUTPUT_YAML_WRITER_H_
#define ETALON_CLIENT_OUTPUT_YAML_WRITER_H_

#include <ostream>
#include <string>
#include <vector>

#include "client/output/row_writer.h"

namespace etalon {

// `value` in YAML's block style, with a line feed at its end. Text stands in
// double quotes with JSON's escapes, which YAML shares.
std::string DumpYaml(const Json& value);

// A list of maps.
class YamlWriter : public RowWriter {
 public:
  YamlWriter(std::vector<Column> columns, std::ostream& out);
  void Write(const Row& row) override;
  void Finish() override;

 private:
  const std::vector<Column> columns_;
  std::ostream& out_;
  bool empty_ = true;
};

}  // namespace etalon

#endif  // ETALON_CLIENT_OUTPUT_YAML_WRITER_H_
