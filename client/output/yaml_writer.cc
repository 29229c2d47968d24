#include "client/output/yaml_writer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/output/json_writer.h"

namespace etalon {
namespace {

bool IsBlock(const Json& value) {
  return value.is_structured() && !value.empty();
}

void AppendBlock(const Json& value, size_t indent, bool continues_line,
                 std::string& yaml);

// What stands behind "key:" or "-".
void AppendValue(const Json& value, size_t indent, bool in_list,
                 std::string& yaml) {
  if (!IsBlock(value)) {
    absl::StrAppend(&yaml, " ", DumpJson(value, false), "\n");
  } else if (in_list) {
    yaml += " ";
    AppendBlock(value, indent + 2, /*continues_line=*/true, yaml);
  } else {
    yaml += "\n";
    AppendBlock(value, indent + 2, /*continues_line=*/false, yaml);
  }
}

void AppendBlock(const Json& value, size_t indent, bool continues_line,
                 std::string& yaml) {
  bool first = continues_line;
  for (const auto& [key, item] : value.items()) {
    if (!first) yaml.append(indent, ' ');
    first = false;
    yaml += value.is_array() ? "-" : absl::StrCat(key, ":");
    AppendValue(item, indent, value.is_array(), yaml);
  }
}

}  // namespace

std::string DumpYaml(const Json& value) {
  if (!IsBlock(value)) return absl::StrCat(DumpJson(value, false), "\n");
  std::string yaml;
  AppendBlock(value, 0, false, yaml);
  return yaml;
}

YamlWriter::YamlWriter(std::vector<Column> columns, std::ostream& out)
    : columns_(std::move(columns)), out_(out) {}

void YamlWriter::Write(const Row& row) {
  out_ << DumpYaml(Json::array({RowToJson(columns_, row)}));
  empty_ = false;
}

void YamlWriter::Finish() {
  if (empty_) out_ << "[]\n";
}

}  // namespace etalon
