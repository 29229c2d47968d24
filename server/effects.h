#ifndef ETALON_SERVER_EFFECTS_H_
#define ETALON_SERVER_EFFECTS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "etalon/v1/trial.pb.h"
#include "etalon/v1/worker.pb.h"
#include "server/stage_proposals.h"
#include "storage/transaction.h"

namespace etalon {

// What an operation changes outside the store, collected while it runs and put
// into force once it is committed: memory never knows what the store does not,
// with one exception.
struct Effects {
  std::vector<LeaseRecord> leased;
  std::vector<LeaseRecord> ended;
  // Trials may be had that could not before: those who wait are to try again.
  bool trials_available = false;
  // A search began, ended, paused, went on, or came to another stage. In force
  // for the operations behind this one and, whether or not the transaction
  // commits, again after it: what was remembered meanwhile must be forgotten.
  bool searches_changed = false;
  // Adaptive stages (search/adaptive_stage.h) under way that have not all their
  // configurations: what they can have next is to be looked for.
  std::vector<StageKey> proposing;
  // Stages of which a trial has ended, and those that get no more
  // configurations: they have all, or their search has ended.
  std::vector<StageId> observed;
  std::vector<StageId> proposed;
  // Stages whose time is bounded and that go on, each with its end; and those
  // of which none is to be watched any more.
  struct Timed {
    StageId stage = 0;
    absl::Time end;
  };
  std::vector<Timed> timed;
  std::vector<StageId> untimed;
  // A search was deleted: its rows are to be removed.
  bool purge_due = false;
  // Workers that said what they can do, or goodbye.
  struct Registered {
    WorkerId worker = 0;
    std::string owner;
    v1::Capabilities capabilities;
  };
  std::vector<Registered> registered;
  std::vector<WorkerId> unregistered;
  // Workers whose last_seen_time was written.
  std::vector<WorkerId> flushed;
  // For the statistics: attempts lost and handed back, and the ends of trials.
  int lost = 0;
  int returned = 0;
  std::vector<v1::Trial::State> trials_ended;
  // Lines for the log.
  std::vector<std::string> events;

  // What another step of the same operation changes, after all that is here.
  void Add(Effects other);
};

}  // namespace etalon

#endif  // ETALON_SERVER_EFFECTS_H_
