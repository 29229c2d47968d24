#ifndef ETALON_COMMON_LIMITS_H_
#define ETALON_COMMON_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

// Everything that a peer may send or ask for has a limit, and every limit
// stands here with its reason. What passes one is refused with both figures.
// (Text of whoever reads a file on his own machine has limits where it is
// read.)

namespace etalon {

// ---- messages ----

// The largest message either side accepts, in bytes. Lists are paged well below
// it; weights travel in pieces.
inline constexpr int kMaxMessageBytes = 4 * 1024 * 1024;

// What gRPC may hold for all connections together, in bytes. It reads a message
// to its end, of up to 4 GiB, before it compares it with the limit above; past
// this it ends calls instead.
inline constexpr size_t kMaxNetworkBytes = size_t{512} << 20;

// ---- one call ----

// A UUID has 36; room for "host-pid-counter" forms.
inline constexpr size_t kMaxRequestIdBytes = 128;
// As a DNS name allows, halved: a display name stands in tables.
inline constexpr size_t kMaxDisplayNameBytes = 128;
// Versions, kernels, names of data sets: words, not prose.
inline constexpr size_t kMaxWordBytes = 128;
// Reasons of failures and hand-backs: a paragraph, kept for ever.
inline constexpr size_t kMaxMessageTextBytes = 4096;
// Paths of data sets; file systems end at 4096.
inline constexpr size_t kMaxRelativePathBytes = 256;

// A worker of some thousand threads is beyond any one machine.
inline constexpr int kMaxThreads = 4096;
inline constexpr int kMaxFuse = 1000;
inline constexpr int kMaxDatasets = 64;

// A leased trial is about 300 bytes: a full answer stays below a megabyte.
inline constexpr int kMaxTrialsPerLease = 1000;
// As many as one lease may bring, so that a group's ends fit into one call.
// What they hold together is bounded by the size of a message.
inline constexpr int kMaxCompletionsPerCall = kMaxTrialsPerLease;
// Of a verdict's message, as a status's: a full answer stays within a message.
inline constexpr size_t kMaxVerdictBytes = 1024;
// Every worker's heartbeat passes through the one writer: one call may not hold
// it for long. A worker of many threads sends several.
inline constexpr int kMaxReportsPerHeartbeat = 10'000;
inline constexpr int kMaxTokensPerReturn = 10'000;
// About 120 bytes each, so that a trial with all its measurements stays well
// below the limit on messages. Of one call as of all heartbeats of an attempt.
inline constexpr int kMaxMeasurements = 20'000;

// Below the minute after which proxies and load balancers commonly cut a silent
// call, with the client's own deadline above it.
inline constexpr absl::Duration kMaxLeaseWait = absl::Seconds(60);

inline constexpr int kDefaultPageSize = 100;
// Items; the bytes of a page have a limit of their own (storage/reader.h).
inline constexpr int kMaxPageSize = 1000;
inline constexpr int kDefaultRankLimit = 10;

// ---- filters ----

// What people type, or a script with some dozens of values puts together.
inline constexpr size_t kMaxFilterBytes = 4096;
// Parentheses and NOTs within one another: each level takes some kilobytes of
// the parser's stack.
inline constexpr int kMaxFilterDepth = 32;
// Conditions and values together. Each is a step of the database's for every
// trial that is looked at; SQLite takes a thousand operands in a row at most.
inline constexpr int kMaxFilterTerms = 256;

// ---- SQL of people's ----

// A statement: some pages of text.
inline constexpr int kMaxSqlTextBytes = 16 * 1024;
// Rows and bytes of an answer, which is one message.
inline constexpr int64_t kMaxSqlRows = 10'000;
inline constexpr int64_t kMaxSqlBytes = int64_t{2} << 20;
// A value on the way or in the answer: above any definition of a search that
// people write, and small enough that no function of two of them takes long.
inline constexpr int kMaxSqlValueBytes = 256 * 1024;
// As a read of ours, halved: what one asks may wait, what many need may not.
inline constexpr absl::Duration kMaxSqlTime = absl::Seconds(5);
// What sorts and recursions put on the disk: a million rows of all columns.
inline constexpr int64_t kMaxSqlTemporaryBytes = int64_t{256} << 20;
// Queries that may wait for the one that runs: a minute in all.
inline constexpr size_t kMaxQueuedSql = 10;

// ---- all peers together ----

// Workers that were heard of within a lease's duration: each costs about a
// kilobyte of memory and a heartbeat every few seconds of the one writer.
inline constexpr int kMaxWorkers = 20'000;
// LeaseTrials calls that wait for work, of all workers: each keeps its request
// and gRPC's call, about ten kilobytes, until it is answered.
inline constexpr int kMaxOpenPolls = 50'000;

// Operations that may wait for the writer. At its slowest (a commit alone, on a
// disk of 10 ms) a full queue is some minutes deep: more would only time out.
inline constexpr size_t kMaxQueuedOperations = 20'000;
// Operations in one transaction: large enough that the commit's cost vanishes,
// small enough that the first in it is answered soon.
inline constexpr size_t kMaxBatch = 256;
// Rows of deleted searches that one operation removes: some milliseconds of the
// one writer, between which everybody else has a turn.
inline constexpr int64_t kMaxPurgedRows = 1000;
// Reads that may wait for a reader.
inline constexpr size_t kMaxQueuedReads = 1000;
// How long one read may take: while it lasts the database's write-ahead log
// cannot be begun anew, so that it grows with all that is written.
inline constexpr absl::Duration kMaxReadTime = absl::Seconds(10);
// The same while that log is too long: for all but the largest rankings enough.
inline constexpr absl::Duration kHurriedReadTime = absl::Milliseconds(500);

// ---- connections, and each peer: the holder of a token or, where none are
// asked for, an address. Others belong to connections and stand in
// common/rpc/channel.cc ----

// Connections in all: 10,000 workers and room to spare. Idle ones take some
// 50 kB each under TLS, so that all together stay below a gigabyte.
inline constexpr int kMaxConnections = 16'384;
// From one address: a rack of some hundred workers behind one router has a few
// hundred.
inline constexpr int kMaxConnectionsPerAddress = 1024;

// Calls of one peer, a second: twice what 64 workers that train nothing send
// over one connection, where two cores answer no more. It keeps a caller's
// runaway loop from having the larger part of a larger machine;
// etalon-server --max-call-rate sets less where peers are many and strange.
// What may come at once is two seconds' worth.
inline constexpr double kMaxCallsPerSecond = 30'000;
inline constexpr double kCallBurstSeconds = 2;
// New searches: each is planned whole by the one writer, up to a second for
// kMaxTrials of them. People start some an hour, scripts some dozens at once.
inline constexpr double kMaxSearchesPerSecond = 20;
inline constexpr double kSearchBurst = 200;
// Plans: up to some tenths of a second of a reader each, of searches of many
// stages. Everybody who watches a search may ask once a second.
inline constexpr double kMaxPlansPerSecond = 50;
inline constexpr double kPlanBurst = 200;
// Registrations, a row each for ever: a fleet of 10,000 workers may start at
// once, but not over and over.
inline constexpr double kMaxRegistrationsPerSecond = 200;
inline constexpr double kRegistrationBurst = 20'000;
// Calls of one peer that wait for trials, some 10 kB each: 16 workers of as
// many threads as one may have, or 10,000 of one thread behind one address.
inline constexpr int kMaxOpenPollsPerPeer = 16'384;

// ---- models ----

// Sixty-four million weights, a thousand times the course's networks. A model
// that is kept is a part of the database and passes through its one writer.
inline constexpr int64_t kMaxModelBytes = int64_t{256} << 20;
// Models travel and are stored in pieces: a quarter of a message's limit.
inline constexpr size_t kMaxModelPieceBytes = size_t{1} << 20;
// What a trial goes on from at a rung, in such pieces: the weights of the
// largest model, two moments of each and early stopping's best so far, and its
// measurements. Every trial that waits has one until it ends.
inline constexpr int64_t kMaxCheckpointBytes =
    4 * kMaxModelBytes + (int64_t{8} << 20);

// ---- searches: what bounds the time, memory and disk that one request can
// cost; a search that needs more is split in two ----

// Trials over all stages of a search. A stage's are planned in memory, written
// in one transaction and ranked at once: this many in well under a second, and
// within some hundred megabytes.
inline constexpr int64_t kMaxTrials = 100'000;
// Stages of a search. Each is listed whole with its search.
inline constexpr int kMaxStages = 32;
// Parameters of a search. A grid of two points each already has 65,536 here.
inline constexpr int kMaxParameters = 16;
// Configurations of a stage whose sampler models what came before: every one
// costs a pass over all before it, below a second at this many.
inline constexpr int kMaxTpeConfigurations = 10'000;
inline constexpr int kMaxCmaEsConfigurations = 10'000;
// A Gaussian process costs the cube of their number.
inline constexpr int kMaxGaussianProcessConfigurations = 500;
// Configurations of such a stage that are open at once. Past this most are
// chosen from what is long out of date; `random` and `sobol` have no bound.
inline constexpr int kMaxLookAhead = 256;
// Configurations of a stage that compares trials with earlier ones on their
// way: each is queued by what all before it measured.
inline constexpr int kMaxComparedConfigurations = 10'000;
// What ends one trial, by update: it travels with the lease, and a full answer
// of trials of these stays within a message.
inline constexpr size_t kMaxThresholds = 100;
// Letters of a parameter's name, as for the ids of searches and stages.
inline constexpr int kMaxNameLength = 63;
// Values of a categorical parameter: each is sent with the search.
inline constexpr int kMaxCategories = 1'000;
// Bytes of a text value, so that tables stay readable.
inline constexpr int kMaxTextBytes = 256;
// Integers beyond this are not exact as a double, in which scales are computed.
inline constexpr int64_t kMaxInteger = int64_t{1} << 53;
// Bounds of ranges, by size; on log scales also the inverse. Workers train in
// single precision, whose normal numbers lie between 1.2e-38 and 3.4e38.
inline constexpr double kMaxNumber = 1e30;
inline constexpr double kMinPositive = 1e-30;
// Trainings of one configuration: past this its mean is known to 0.1
// deviations.
inline constexpr int kMaxReplicates = 1'000;
// Configurations of a race: a thousand that are all still in after ten blocks
// take 4 ms of the one writer, and the time grows a little faster than they.
inline constexpr int kMaxRaceConfigurations = 2'000;
// Seconds of a stage's budget: a hundred years are as good as no bound.
inline constexpr int64_t kMaxBudgetSeconds = int64_t{100} * 366 * 24 * 3600;
// Workers that one trial may be lost with: past this it is the trial's fault.
inline constexpr int kMaxAttempts = 1'000;
// Trials at work at once, where a search bounds them: what lets more of them
// run is that there is no bound.
inline constexpr int kMaxParallel = 10'000;

// Hidden layers, and units in each: a network of both has 6 GB of weights, more
// than a worker's memory, but one of either is well inside.
inline constexpr int kMaxHiddenLayers = 16;
inline constexpr int kMaxHiddenUnits = 10'000;
// Images of a minibatch: its activations are held at once.
inline constexpr int kMaxBatchSize = 10'000;
// Images of a generated data set's part: 1.2 GB in single precision.
inline constexpr int kMaxGeneratedImages = 100'000;
// Updates of a trial: 222,222 epochs of 45,000 images in batches of 100.
inline constexpr int64_t kMaxUpdates = 100'000'000;
// Evaluations of a trial: every one is a row of the database.
inline constexpr int64_t kMaxEvaluations = 10'000;

}  // namespace etalon

#endif  // ETALON_COMMON_LIMITS_H_
