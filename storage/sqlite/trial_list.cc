#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "storage/sqlite/page_fill.h"
#include "storage/sqlite/reads.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/trial_filter_sql.h"

// Lists of trials, filtered and in any order.

namespace etalon::sqlite {
namespace {

// A page comes from one or two statements: first the trials that have what the
// list is ordered by, then those that have not, by number. Each can use an
// index, as a single statement that put NULLs last could not.
class TrialList {
 public:
  TrialList(int64_t search_id, const TrialOrder& order, SqlCondition filter)
      : search_id_(search_id),
        by_number_(order.key.field == TrialField::kNumber),
        descending_(order.descending),
        key_(ToSql(order.key)),
        filter_(std::move(filter)) {}

  // Of what a page token is good for: all that selects and orders.
  std::string Name() const {
    std::string name = absl::StrCat("trials/", search_id_, "/", key_.text, "/",
                                    descending_, "/", filter_.text);
    for (const std::vector<Value>* values : {&key_.values, &filter_.values}) {
      for (const Value& value : *values) {
        absl::StrAppend(&name, "\n", value.index(), " ");
        std::visit([&name](const auto& held) { AppendExactly(held, name); },
                   value);
      }
    }
    return name;
  }

  // Whether the position is among the trials that have nothing to order by.
  bool IsBeyondValues(const PagePosition& after) const {
    return !by_number_ && after.key > 0 &&
           std::holds_alternative<std::monostate>(after.value);
  }
  bool HasOtherPart() const { return !by_number_; }

  absl::StatusOr<Statement> ReadValues(Connection& connection,
                                       const PagePosition& after,
                                       int64_t limit) const {
    std::string tail = Where();
    std::vector<Value> values = WhereValues();
    const char* const direction = descending_ ? " DESC" : "";
    const char* const beyond = descending_ ? " < ?" : " > ?";
    if (by_number_) {
      if (after.key > 0) {
        absl::StrAppend(&tail, " AND t.number", beyond);
        values.push_back(after.key);
      }
      absl::StrAppend(&tail, " ORDER BY t.number", direction, " LIMIT ?");
    } else {
      absl::StrAppend(&tail, " AND ", key_.text, " IS NOT NULL");
      Add(key_.values, values);
      if (after.key > 0) {
        // The first bounds what an index has to be read of.
        absl::StrAppend(&tail, " AND ", key_.text,
                        descending_ ? " <= ?" : " >= ?", " AND (", key_.text,
                        beyond, " OR t.number > ?)");
        for (int i = 0; i < 2; ++i) {
          Add(key_.values, values);
          values.push_back(after.value);
        }
        values.push_back(after.key);
      }
      absl::StrAppend(&tail, " ORDER BY ", key_.text, direction,
                      ", t.number LIMIT ?");
      Add(key_.values, values);
    }
    values.push_back(limit);
    return Prepare(connection, tail, values);
  }

  absl::StatusOr<Statement> ReadOthers(Connection& connection,
                                       const PagePosition& after,
                                       int64_t limit) const {
    std::string tail = Where();
    std::vector<Value> values = WhereValues();
    absl::StrAppend(&tail, " AND ", key_.text,
                    " IS NULL AND t.number > ? ORDER BY t.number LIMIT ?");
    Add(key_.values, values);
    values.push_back(IsBeyondValues(after) ? after.key : 0);
    values.push_back(limit);
    return Prepare(connection, tail, values);
  }

 private:
  static void AppendExactly(std::monostate, std::string&) {}
  static void AppendExactly(int64_t number, std::string& name) {
    absl::StrAppend(&name, number);
  }
  static void AppendExactly(double number, std::string& name) {
    name.append(reinterpret_cast<const char*>(&number), sizeof(number));
  }
  static void AppendExactly(const std::string& text, std::string& name) {
    absl::StrAppend(&name, text.size(), " ", text);
  }

  static void Add(const std::vector<Value>& from, std::vector<Value>& to) {
    to.insert(to.end(), from.begin(), from.end());
  }

  std::string Where() const {
    return absl::StrCat("WHERE t.search_id = ? AND ", filter_.text);
  }
  // The parameters of the selected key come before those of the WHERE.
  std::vector<Value> WhereValues() const {
    std::vector<Value> values = key_.values;
    values.push_back(search_id_);
    Add(filter_.values, values);
    return values;
  }

  absl::StatusOr<Statement> Prepare(Connection& connection,
                                    absl::string_view tail,
                                    const std::vector<Value>& values) const {
    const std::string sql =
        SelectTrials(tail, absl::StrCat(", ", key_.text, " "));
    ETALON_ASSIGN_OR_RETURN(Statement statement, connection.PrepareOnce(sql));
    for (const Value& value : values) statement.Bind(value);
    ETALON_RETURN_IF_ERROR(statement.status());
    return statement;
  }

  const int64_t search_id_;
  const bool by_number_;
  const bool descending_;
  const SqlCondition key_;
  const SqlCondition filter_;
};

}  // namespace

absl::StatusOr<Page<v1::Trial>> Reads::ListTrials(const TrialQuery& query,
                                                  const PageRequest& page) {
  ETALON_ASSIGN_OR_RETURN(const int64_t search_id, SearchIdOf(query.search));
  ETALON_ASSIGN_OR_RETURN(SqlCondition filter, ToSql(query.filter));
  const TrialList list(search_id, query.order, std::move(filter));
  const std::string name = list.Name();
  ETALON_ASSIGN_OR_RETURN(const PagePosition start, StartOf(name, page, {}));
  Page<v1::Trial> result;
  PageFill fill(page);
  PagePosition last;
  // Whether the page was full before the rows were.
  const auto read = [&](absl::StatusOr<Statement> row) -> absl::StatusOr<bool> {
    ETALON_RETURN_IF_ERROR(row.status());
    while (true) {
      ETALON_ASSIGN_OR_RETURN(const bool found, row->Step());
      if (!found) return false;
      if (fill.full()) return true;
      result.items.push_back(ReadTrial(*row));
      last.value = row->NextValue();
      ETALON_RETURN_IF_ERROR(row->status());
      fill.Add(result.items.back());
    }
  };
  bool more = false;
  if (!list.IsBeyondValues(start)) {
    ETALON_ASSIGN_OR_RETURN(
        more,
        read(list.ReadValues(connection_, start, int64_t{page.size} + 1)));
  }
  if (!more && list.HasOtherPart()) {
    const int64_t left =
        page.size - static_cast<int64_t>(result.items.size()) + 1;
    ETALON_ASSIGN_OR_RETURN(more,
                            read(list.ReadOthers(connection_, start, left)));
  }
  if (more) {
    ETALON_ASSIGN_OR_RETURN(const TrialName trial,
                            ParseTrialName(result.items.back().name()));
    last.key = trial.number;
    result.next_token = tokens_.Encode(name, last);
  }
  return result;
}

}  // namespace etalon::sqlite
