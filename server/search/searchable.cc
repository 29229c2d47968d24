#include "server/search/searchable.h"

namespace etalon {

bool IsSearchable(absl::string_view parameter) {
  return parameter == "lambda" || parameter == "eta";
}

LowerLimit LowerLimitOf(absl::string_view parameter,
                        const v1::Training& training) {
  if (parameter == "lambda") return {.value = 0, .allowed = true};
  if (training.schedule().has_cyclical()) {
    return {.value = training.schedule().cyclical().eta_min()};
  }
  return {.value = 0};
}

}  // namespace etalon
