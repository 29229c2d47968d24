#ifndef ETALON_TESTS_CLIENT_PICTURES_MAP_TEST_SUPPORT_H_
#define ETALON_TESTS_CLIENT_PICTURES_MAP_TEST_SUPPORT_H_

#include <string>
#include <vector>

#include "etalon/v1/search.pb.h"
#include "etalon/v1/trial.pb.h"

namespace etalon::testing {

// Two stages over lambda, eta and the activation, and a third that takes from
// the second.
v1::Search MapSearch();

// Eight trials of it: coarse has configurations of two replicates, one of them
// diverged; fine of one, the last of them failed; final of one.
std::vector<v1::Trial> MapTrials();

}  // namespace etalon::testing

#endif  // ETALON_TESTS_CLIENT_PICTURES_MAP_TEST_SUPPORT_H_
