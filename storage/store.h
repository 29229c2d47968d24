#ifndef ETALON_STORAGE_STORE_H_
#define ETALON_STORAGE_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "storage/reader.h"
#include "storage/sql_reader.h"
#include "storage/transaction.h"

namespace etalon {

// Where searches, trials and all that happened to them are kept: the truth that
// a coordinator resumes from.
//
// Promises: what Commit answered OK for survives the death of the process and,
// once a Sync that was begun after it has answered OK and with the machine's
// disk honest, of the machine. Readers see whole transactions only.
//
// Threads: Commit from one thread at a time, and Sync from one, which may be
// another; NewReader from any. All may block on the disk.
class Store {
 public:
  // A step of a transaction: reads and writes through the Transaction, which it
  // must not keep. What it did is undone when it returns an error. It may be
  // run several times, of which the last counts: what it does besides must
  // stand that.
  using Operation = std::function<absl::Status(Transaction&)>;

  virtual ~Store() = default;

  // Random, drawn when the database was created or restored from a backup:
  // lease tokens carry it, so that none outlives a restore.
  virtual uint64_t database_generation() const = 0;

  // Runs the operations in order in one transaction and commits it. One that
  // fails leaves no trace, and the others go on. Returns one status for each;
  // when the transaction cannot be begun or committed, nothing of it has
  // happened and every operation gets that error.
  //
  // The store's own errors, of a transaction as of an operation's step:
  // RESOURCE_EXHAUSTED (disk or memory full), UNAVAILABLE (another process
  // holds the database's lock, or the file cannot be reached or written),
  // DATA_LOSS (damaged file) or INTERNAL. No other, so that none is taken for
  // the verdict on a request.
  virtual std::vector<absl::Status> Commit(
      absl::Span<const Operation> operations) = 0;

  // Makes what was committed safe from the loss of power; returns at once where
  // it is already. After an error nobody knows what is on the disk, and nothing
  // more is committed. The store's own errors.
  virtual absl::Status Sync() = 0;

  // Commit, and Sync: what fails is every operation's error.
  std::vector<absl::Status> Write(absl::Span<const Operation> operations);

  // A reader with a connection of its own. It must not outlive the store.
  virtual absl::StatusOr<std::unique_ptr<Reader>> NewReader() = 0;

  // Likewise, for questions that people write.
  virtual absl::StatusOr<std::unique_ptr<SqlReader>> NewSqlReader() = 0;
};

}  // namespace etalon

#endif  // ETALON_STORAGE_STORE_H_
