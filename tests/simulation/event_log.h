#ifndef ETALON_TESTS_SIMULATION_EVENT_LOG_H_
#define ETALON_TESTS_SIMULATION_EVENT_LOG_H_

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace etalon::testing {

// The database as an outsider sees it, by SQL of its own: what is committed.
// Errors abort the test program.
class EventLog {
 public:
  struct Event {
    int64_t id = 0;
    std::string subject;
    int64_t search = 0;
    std::string search_name;
    int64_t stage = 0;
    int64_t trial = 0;
    std::string trial_name;  // "searches/{search}/trials/{number}"
    int attempt = 0;
    int64_t worker = 0;
    std::string request;  // of the attempt
    std::string state;
    std::string attempt_state;
  };

  explicit EventLog(const std::string& database);
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  // Those with a greater id, in order.
  std::vector<Event> After(int64_t id);
  // How many there are.
  int64_t Count();

  struct Result {
    int attempt = 0;
    std::optional<double> validation_accuracy;
  };
  std::optional<Result> FindResult(int64_t trial);
  // The validation accuracy that the attempt came to a rung with.
  std::optional<double> FindRung(int64_t trial, int attempt);

  // The rows of a query, columns joined by '|'.
  std::vector<std::string> Query(const std::string& sql);
  // The number that a query gives.
  int64_t Number(const std::string& sql);
  // What must not depend on who computed, nor on what went wrong meanwhile: the
  // search's trials with parameters, seeds, state and result, and the
  // measurements that count, every number in full.
  std::vector<std::string> Table(const std::string& search);

 private:
  sqlite3_stmt* Prepare(const std::string& sql);

  sqlite3* handle_ = nullptr;
  sqlite3_stmt* events_ = nullptr;
  sqlite3_stmt* result_ = nullptr;
  sqlite3_stmt* rung_ = nullptr;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_EVENT_LOG_H_
