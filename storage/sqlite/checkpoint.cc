#include "storage/sqlite/checkpoint.h"

#include <sqlite3.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/failpoint.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/status_macros.h"
#include "storage/sqlite/errors.h"

namespace etalon::sqlite {
namespace {

// For readers to end, while nothing is committed: many times what most take.
constexpr absl::Duration kPatience = absl::Milliseconds(100);

}  // namespace

Checkpointer::Checkpointer(Connection& connection, const Options& options)
    : connection_(connection), options_(options) {}

Checkpointer::~Checkpointer() {
  sqlite3_wal_hook(connection_.handle(), nullptr, nullptr);
}

absl::Status Checkpointer::Begin() {
  ETALON_ASSIGN_OR_RETURN(page_bytes_,
                          connection_.QueryInt64("PRAGMA page_size"));
  due_pages_ = options_.passive_bytes / page_bytes_;
  // A log that is begun anew gives back what it had beyond.
  ETALON_RETURN_IF_ERROR(connection_.RunScript(
      absl::StrCat("PRAGMA journal_size_limit = ", options_.truncate_bytes)));
  // In place of SQLite's own, which checkpoints.
  sqlite3_wal_hook(connection_.handle(), OnCommit, this);
  return absl::OkStatus();
}

int Checkpointer::OnCommit(void* self, sqlite3*, const char*, int pages) {
  auto& checkpointer = *static_cast<Checkpointer*>(self);
  if (pages < checkpointer.log_pages_) {  // begun anew
    checkpointer.due_pages_ =
        checkpointer.options_.passive_bytes / checkpointer.page_bytes_;
  }
  checkpointer.log_pages_ = pages;
  return SQLITE_OK;
}

absl::Status Checkpointer::Checkpoint(int mode) {
  ETALON_RETURN_IF_ERROR(HitFailpoint(Failpoint::kStoreBeforeCheckpoint));
  const int code = sqlite3_wal_checkpoint_v2(connection_.handle(), "main", mode,
                                             nullptr, nullptr);
  if (code != SQLITE_OK) {
    return ErrorOf(connection_.handle(), code, connection_.path());
  }
  return HitFailpoint(Failpoint::kStoreAfterCheckpoint);
}

void Checkpointer::AfterCommit() {
  if (log_pages_ < due_pages_) return;
  int64_t until_next = options_.passive_bytes / page_bytes_;
  if (log_bytes() < options_.truncate_bytes) {
    // Where somebody reads what is older, a later one moves the rest.
    Checkpoint(SQLITE_CHECKPOINT_PASSIVE).IgnoreError();
  } else if (log_bytes() < options_.truncate_bytes * 3 / 2) {
    EmptyWithin(kPatience).IgnoreError();
  } else {
    hurry_ = true;
    const absl::Status status = EmptyWithin(2 * kHurriedReadTime);
    hurry_ = false;
    if (!status.ok()) {
      LogWarning("the write-ahead log has ", log_bytes() >> 20,
                 " MiB, since another process reads what is in it (",
                 status.message(), ")");
      // Waiting costs those who write more than it brings.
      until_next = std::max(until_next, log_pages_ / 2);
    }
  }
  due_pages_ = log_pages_ + until_next;
}

absl::Status Checkpointer::Empty() { return EmptyWithin(kPatience); }

absl::Status Checkpointer::EmptyWithin(absl::Duration patience) {
  const absl::Duration busy_timeout = connection_.busy_timeout();
  connection_.SetBusyTimeout(patience);
  const absl::Status status = Checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
  connection_.SetBusyTimeout(busy_timeout);
  if (status.ok()) log_pages_ = 0;
  return status;
}

absl::Status Checkpointer::CheckRoom() {
  if (log_bytes() < options_.max_bytes || Empty().ok()) {
    return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(absl::StrCat(
      DatabaseNamed(connection_.path()), ": its write-ahead log has ",
      log_bytes() >> 20, " MiB, the most that it may, and another process ",
      "reads what is in it; end that process"));
}

}  // namespace etalon::sqlite
