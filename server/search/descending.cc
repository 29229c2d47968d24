#include "server/search/descending.h"

#include <algorithm>
#include <numeric>

namespace etalon {

std::vector<size_t> DescendingOrder(absl::Span<const double> keys) {
  std::vector<size_t> order(keys.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [keys](size_t a, size_t b) {
    return keys[a] != keys[b] ? keys[a] > keys[b] : a < b;
  });
  return order;
}

}  // namespace etalon
