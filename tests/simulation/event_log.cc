#include "tests/simulation/event_log.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace etalon::testing {
namespace {

constexpr char kEvents[] = R"sql(
SELECT e.event_id, e.subject, e.search_id, s.name, e.stage_id, e.trial_id,
  t.number, e.attempt, e.worker_id, a.request_id, e.state, e.attempt_state
FROM events AS e
LEFT JOIN searches AS s ON s.search_id = e.search_id
LEFT JOIN trials AS t ON t.trial_id = e.trial_id
LEFT JOIN attempts AS a ON a.trial_id = e.trial_id AND a.number = e.attempt
WHERE e.event_id > ?
ORDER BY e.event_id
)sql";

// quote() writes every number in full.
constexpr char kTable[] = R"sql(
SELECT t.number, g.name, t.configuration, t.replicate, c.parameters,
  c.thresholds,
  t.initialization_seed, t.minibatches_seed, t.state, g.race,
  (SELECT o.number FROM trials AS o WHERE o.trial_id = t.same_as),
  t.failure_reason,
  t.failure_update, quote(r.training_nanoseconds), r.updates, quote(r.epoch),
  quote(r.validation_loss), quote(r.validation_accuracy),
  quote(r.test_accuracy),
  (SELECT group_concat(m.updates || ':' || quote(m.validation_accuracy))
   FROM measurements AS m
   WHERE m.trial_id = t.trial_id AND m.attempt = r.attempt)
FROM searches AS s
JOIN trials AS t USING (search_id)
JOIN stages AS g ON g.stage_id = t.stage_id
JOIN configurations AS c
  ON c.stage_id = t.stage_id AND c.configuration = t.configuration
LEFT JOIN results AS r USING (trial_id)
WHERE s.name = '$0'
ORDER BY t.number
)sql";

std::string Text(sqlite3_stmt* row, int column) {
  const unsigned char* text = sqlite3_column_text(row, column);
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

}  // namespace

EventLog::EventLog(const std::string& database) {
  GTEST_CHECK_(sqlite3_open_v2(database.c_str(), &handle_,
                               SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                               nullptr) == SQLITE_OK)
      << database;
  events_ = Prepare(kEvents);
  result_ = Prepare(
      "SELECT attempt, validation_accuracy FROM results WHERE trial_id = ?");
  rung_ = Prepare(
      "SELECT validation_accuracy FROM rungs WHERE trial_id = ? AND attempt = "
      "?");
}

EventLog::~EventLog() {
  sqlite3_finalize(events_);
  sqlite3_finalize(result_);
  sqlite3_finalize(rung_);
  sqlite3_close(handle_);
}

sqlite3_stmt* EventLog::Prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  GTEST_CHECK_(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement,
                                  nullptr) == SQLITE_OK)
      << sqlite3_errmsg(handle_) << ": " << sql;
  return statement;
}

std::vector<EventLog::Event> EventLog::After(int64_t id) {
  std::vector<Event> events;
  sqlite3_bind_int64(events_, 1, id);
  while (sqlite3_step(events_) == SQLITE_ROW) {
    Event& event = events.emplace_back();
    event.id = sqlite3_column_int64(events_, 0);
    event.subject = Text(events_, 1);
    event.search = sqlite3_column_int64(events_, 2);
    event.search_name = Text(events_, 3);
    event.stage = sqlite3_column_int64(events_, 4);
    event.trial = sqlite3_column_int64(events_, 5);
    if (event.trial != 0) {
      event.trial_name = absl::StrCat("searches/", event.search_name,
                                      "/trials/", Text(events_, 6));
    }
    event.attempt = sqlite3_column_int(events_, 7);
    event.worker = sqlite3_column_int64(events_, 8);
    event.request = Text(events_, 9);
    event.state = Text(events_, 10);
    event.attempt_state = Text(events_, 11);
  }
  GTEST_CHECK_(sqlite3_reset(events_) == SQLITE_OK) << sqlite3_errmsg(handle_);
  return events;
}

int64_t EventLog::Count() { return Number("SELECT count(*) FROM events"); }

std::optional<EventLog::Result> EventLog::FindResult(int64_t trial) {
  std::optional<Result> result;
  sqlite3_bind_int64(result_, 1, trial);
  if (sqlite3_step(result_) == SQLITE_ROW) {
    result.emplace();
    result->attempt = sqlite3_column_int(result_, 0);
    if (sqlite3_column_type(result_, 1) != SQLITE_NULL) {
      result->validation_accuracy = sqlite3_column_double(result_, 1);
    }
  }
  sqlite3_reset(result_);
  return result;
}

std::optional<double> EventLog::FindRung(int64_t trial, int attempt) {
  std::optional<double> accuracy;
  sqlite3_bind_int64(rung_, 1, trial);
  sqlite3_bind_int(rung_, 2, attempt);
  if (sqlite3_step(rung_) == SQLITE_ROW) {
    accuracy = sqlite3_column_double(rung_, 0);
  }
  sqlite3_reset(rung_);
  return accuracy;
}

std::vector<std::string> EventLog::Query(const std::string& sql) {
  std::vector<std::string> rows;
  sqlite3_stmt* statement = Prepare(sql);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    std::string& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      absl::StrAppend(&row, i == 0 ? "" : "|", Text(statement, i));
    }
  }
  GTEST_CHECK_(sqlite3_finalize(statement) == SQLITE_OK)
      << sqlite3_errmsg(handle_) << ": " << sql;
  return rows;
}

int64_t EventLog::Number(const std::string& sql) {
  sqlite3_stmt* statement = Prepare(sql);
  GTEST_CHECK_(sqlite3_step(statement) == SQLITE_ROW) << sql;
  const int64_t number = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return number;
}

std::vector<std::string> EventLog::Table(const std::string& search) {
  return Query(absl::StrReplaceAll(kTable, {{"$0", search}}));
}

}  // namespace etalon::testing
