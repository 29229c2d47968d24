#ifndef ETALON_CLIENT_OUTPUT_TABLE_WRITER_H_
#define ETALON_CLIENT_OUTPUT_TABLE_WRITER_H_

#include <ostream>
#include <string>
#include <vector>

#include "client/output/row_writer.h"

namespace etalon {

// A table for people, never wider than the terminal: the columns of the highest
// rank give way first, text by being shortened, then any by being left out.
class TableWriter : public RowWriter {
 public:
  TableWriter(const std::vector<Column>& columns, const Terminal& terminal,
              std::ostream& out);
  void Write(const Row& row) override;
  void Finish() override;

 private:
  struct Layout {
    size_t column;
    size_t width;
  };

  // Which columns are shown, and how wide.
  std::vector<Layout> Fit() const;
  std::string Align(const std::string& text, const Layout& layout) const;

  const Terminal terminal_;
  std::ostream& out_;
  std::vector<Column> columns_;
  // Of a column that is shown: its position in Row::cells.
  std::vector<size_t> positions_;
  std::vector<std::vector<std::string>> lines_;
};

}  // namespace etalon

#endif  // ETALON_CLIENT_OUTPUT_TABLE_WRITER_H_
