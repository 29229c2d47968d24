#include "client/output/table_writer.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "client/output/text.h"

namespace etalon {
namespace {

constexpr size_t kGap = 2;
// Text is not shortened below this.
constexpr size_t kMinTextWidth = 8;

const std::string& Title(const Column& column) {
  return column.title.empty() ? column.name : column.title;
}

bool IsText(const Column& column) {
  return column.display == Display::kText || column.display == Display::kState;
}

Colour StateColour(const std::string& state) {
  if (state == "SUCCEEDED" || state == "ALIVE" || state == "COMPLETE") {
    return Colour::kGreen;
  }
  if (state == "RUNNING") return Colour::kCyan;
  if (state == "FAILED" || state == "SILENT") return Colour::kRed;
  if (state == "DIVERGED" || state == "PAUSED") return Colour::kYellow;
  return Colour::kFaint;
}

}  // namespace

TableWriter::TableWriter(const std::vector<Column>& columns,
                         const Terminal& terminal, std::ostream& out)
    : terminal_(terminal), out_(out) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].hidden) continue;
    columns_.push_back(columns[i]);
    positions_.push_back(i);
  }
}

void TableWriter::Write(const Row& row) {
  std::vector<std::string>& line = lines_.emplace_back();
  for (size_t i = 0; i < columns_.size(); ++i) {
    line.push_back(ToText(row.cells[positions_[i]], columns_[i].display));
  }
}

std::vector<TableWriter::Layout> TableWriter::Fit() const {
  std::vector<Layout> layouts;
  size_t total = 0;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = DisplayWidth(Title(columns_[i]));
    for (const auto& line : lines_) {
      width = std::max(width, DisplayWidth(line[i]));
    }
    layouts.push_back({i, width});
    total += width + (i > 0 ? kGap : 0);
  }
  while (total > terminal_.width && layouts.size() > 1) {
    const auto last = std::max_element(
        layouts.begin(), layouts.end(), [&](const Layout& a, const Layout& b) {
          return columns_[a.column].rank <= columns_[b.column].rank;
        });
    const Column& column = columns_[last->column];
    const size_t excess = total - terminal_.width;
    const size_t least =
        IsText(column) ? std::max(kMinTextWidth, DisplayWidth(Title(column)))
                       : last->width;
    if (last->width >= least + excess) {
      last->width -= excess;
      return layouts;
    }
    total -= last->width + kGap;
    layouts.erase(last);
  }
  if (!layouts.empty()) {
    layouts[0].width = std::min(layouts[0].width, terminal_.width);
  }
  return layouts;
}

std::string TableWriter::Align(const std::string& text,
                               const Layout& layout) const {
  const std::string shown = Shorten(text, layout.width);
  const std::string padding(layout.width - DisplayWidth(shown), ' ');
  const Column& column = columns_[layout.column];
  if (!IsText(column)) return padding + shown;
  if (column.display == Display::kState && text != Title(column)) {
    return Paint(terminal_, StateColour(text), shown) + padding;
  }
  return shown + padding;
}

void TableWriter::Finish() {
  const std::vector<Layout> layouts = Fit();
  const auto write = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (size_t i = 0; i < layouts.size(); ++i) {
      line.append(i > 0 ? kGap : 0, ' ');
      line += Align(cells[layouts[i].column], layouts[i]);
    }
    out_ << absl::StripTrailingAsciiWhitespace(line) << "\n";
  };
  std::vector<std::string> header;
  for (const Column& column : columns_) header.push_back(Title(column));
  write(header);
  for (const auto& line : lines_) write(line);
}

}  // namespace etalon
