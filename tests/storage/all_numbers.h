#ifndef ETALON_TESTS_STORAGE_ALL_NUMBERS_H_
#define ETALON_TESTS_STORAGE_ALL_NUMBERS_H_

#include <gmock/gmock.h>

#include <cstdint>
#include <string>
#include <vector>

#include "storage/reader.h"
#include "tests/support/status_matchers.h"

namespace etalon::testing {

// The numbers of the query's trials, read page by page, of which each but the
// last must have `size`.
inline std::vector<int64_t> AllNumbers(Reader& reader, const TrialQuery& query,
                                       int size) {
  std::vector<int64_t> numbers;
  PageRequest request = {.size = size};
  do {
    const auto page = reader.ListTrials(query, request);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) break;
    if (!page->next_token.empty()) {
      EXPECT_EQ(page->items.size(), static_cast<size_t>(size));
    }
    for (const v1::Trial& trial : page->items) {
      const std::string& name = trial.name();
      numbers.push_back(std::stoll(name.substr(name.rfind('/') + 1)));
    }
    request.token = page->next_token;
  } while (!request.token.empty());
  return numbers;
}

}  // namespace etalon::testing

#endif  // ETALON_TESTS_STORAGE_ALL_NUMBERS_H_
