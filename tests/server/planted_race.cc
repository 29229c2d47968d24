// The parallel clients with a race that ThreadSanitizer must find: a number
// that callers and answers change on their several threads. What it prints is
// the test; builds without the sanitizer have no use for it.

#include <iostream>

#include "tests/server/parallel_clients.h"

int main() {
  int touched = 0;
  etalon::testing::RunParallelClients([&touched] { ++touched; });
  std::cout << "no race was found in " << touched << " changes" << std::endl;
  return 0;
}
