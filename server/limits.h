#ifndef ETALON_SERVER_LIMITS_H_
#define ETALON_SERVER_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

namespace etalon {

// What one call may ask for. Searches have limits of their own
// (server/search/limits.h), messages as a whole another (common/rpc/channel.h).

// A UUID has 36; room for "host-pid-counter" forms.
inline constexpr size_t kMaxRequestIdBytes = 128;
// As a DNS name allows, halved: a display name stands in tables.
inline constexpr size_t kMaxDisplayNameBytes = 128;
// Versions, kernels, names of data sets: words, not prose.
inline constexpr size_t kMaxWordBytes = 128;
// Reasons of failures and hand-backs: a paragraph, kept for ever.
inline constexpr size_t kMaxMessageTextBytes = 4096;

// A worker of some thousand threads is beyond any one machine.
inline constexpr int kMaxThreads = 4096;
inline constexpr int kMaxFuse = 1000;
inline constexpr int kMaxDatasets = 64;

// A leased trial is about 300 bytes: a full answer stays below a megabyte.
inline constexpr int kMaxTrialsPerLease = 1000;
// Every worker's heartbeat passes through the one writer: one call may not hold
// it for long. A worker of many threads sends several.
inline constexpr int kMaxReportsPerHeartbeat = 10'000;
inline constexpr int kMaxTokensPerReturn = 10'000;
// About 120 bytes each, so that a trial with all its measurements stays well
// below the limit on messages.
inline constexpr int kMaxMeasurements = 20'000;

// Below the minute after which proxies and load balancers commonly cut a silent
// call, with the client's own deadline above it.
inline constexpr absl::Duration kMaxLeaseWait = absl::Seconds(60);

inline constexpr int kDefaultPageSize = 100;
// Items; the bytes of a page have a limit of their own (storage/reader.h).
inline constexpr int kMaxPageSize = 1000;
inline constexpr int kDefaultRankLimit = 10;

// Operations that may wait for the writer. At its slowest (a commit alone, on a
// disk of 10 ms) a full queue is some minutes deep: more would only time out.
inline constexpr size_t kMaxQueuedOperations = 20'000;
// Operations in one transaction: large enough that the commit's cost vanishes,
// small enough that the first in it is answered soon.
inline constexpr size_t kMaxBatch = 256;
// Reads that may wait for a reader.
inline constexpr size_t kMaxQueuedReads = 1000;

}  // namespace etalon

#endif  // ETALON_SERVER_LIMITS_H_
