#ifndef ETALON_TESTS_STORAGE_SQLITE_POPULATED_H_
#define ETALON_TESTS_STORAGE_SQLITE_POPULATED_H_

#include "storage/store.h"

namespace etalon::testing {

// Fills a new store with a search "quickstart" in which everything has
// happened that can. Validation accuracies, by configuration and replicate:
//   stage coarse  0: 0.5, 0.6
//                 1: 0.58, DIVERGED at update 17
//                 2: 0.55, 0.55
//                 3: FAILED (its worker was lost), RUNNING (returned once)
//   stage final   0: 0.61, 0.62, 0.66, QUEUED; test accuracies 0.02 lower
// and with a search "other", cancelled after one trial of 0.9.
void Populate(Store& store);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_STORAGE_SQLITE_POPULATED_H_
