#ifndef ETALON_TESTS_FAULTS_DISTURBED_SEARCH_H_
#define ETALON_TESTS_FAULTS_DISTURBED_SEARCH_H_

#include <string>
#include <vector>

#include "tests/integration/cluster.h"

namespace etalon::testing {

// The search that faults happen to: many short stages, each of which has to
// wait for whatever was lost of the one before; trials of some ten
// milliseconds; some diverge.
extern const char kDisturbedSearch[];
// Of all its stages.
extern const int kDisturbedTrials;

// Its table when nothing disturbs it, made once.
const std::vector<std::string>& UndisturbedTable();

// What is wrong with the ended search, each with the law that it breaks; empty
// when all is well. Reads the database and what the workers logged; the
// coordinator may be up or down.
std::vector<std::string> BrokenLaws(Cluster& cluster);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_FAULTS_DISTURBED_SEARCH_H_
