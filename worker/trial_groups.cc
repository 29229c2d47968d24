#include "worker/trial_groups.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "worker/train/why_apart.h"

namespace etalon {
namespace {

// More would say no more.
constexpr size_t kMaxReasons = 3;

// Empty where they can be trained side by side. An equivalence, as
// train::WhyApart.
std::string WhyApart(const GroupCandidate& a, const GroupCandidate& b) {
  if (a.data != b.data) return "they are trained on other images";
  std::string reason = train::WhyApart(*a.plan, *b.plan);
  if (reason.empty() && a.resume_update != b.resume_update) {
    if (a.resume_update == 0) return "others go on from checkpoints";
    return absl::StrCat("it goes on from a checkpoint after update ",
                        a.resume_update);
  }
  return reason;
}

// Every reason that keeps `candidates[index]` from one of the others.
std::string AllReasons(const std::vector<GroupCandidate>& candidates,
                       size_t index) {
  std::vector<std::string> reasons;
  for (const GroupCandidate& other : candidates) {
    std::string reason = WhyApart(candidates[index], other);
    if (reason.empty() ||
        std::find(reasons.begin(), reasons.end(), reason) != reasons.end()) {
      continue;
    }
    if (reasons.size() == kMaxReasons) {
      return absl::StrCat(absl::StrJoin(reasons, "; "), "; and so on");
    }
    reasons.push_back(std::move(reason));
  }
  return absl::StrJoin(reasons, "; ");
}

// The candidates by what they can be trained beside, each class and the classes
// in the order of the candidates.
std::vector<std::vector<size_t>> Classes(
    const std::vector<GroupCandidate>& candidates) {
  std::vector<std::vector<size_t>> classes;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const auto fitting = std::find_if(
        classes.begin(), classes.end(), [&](const std::vector<size_t>& known) {
          return WhyApart(candidates[known.front()], candidates[i]).empty();
        });
    if (fitting == classes.end()) {
      classes.push_back({i});
    } else {
      fitting->push_back(i);
    }
  }
  return classes;
}

}  // namespace

std::vector<TrialGroup> GroupTrials(
    const std::vector<GroupCandidate>& candidates,
    absl::FunctionRef<int(const GroupCandidate&)> width) {
  std::vector<TrialGroup> groups;
  for (const std::vector<size_t>& fitting : Classes(candidates)) {
    const int most = std::max(width(candidates[fitting.front()]), 1);
    const size_t size = fitting.size();
    const size_t count =
        (size + static_cast<size_t>(most) - 1) / static_cast<size_t>(most);
    for (size_t i = 0; i < count; ++i) {
      TrialGroup& group = groups.emplace_back();
      group.members.assign(
          fitting.begin() + static_cast<std::ptrdiff_t>(i * size / count),
          fitting.begin() +
              static_cast<std::ptrdiff_t>((i + 1) * size / count));
      if (group.members.size() > 1 || candidates.size() == 1) continue;
      group.apart_because = ApartSentence(
          candidates.size() - 1,
          size == 1 ? AllReasons(candidates, fitting.front())
                    : absl::StrCat("trials of their size are trained ",
                                   most == 1 ? "one" : absl::StrCat(most),
                                   " at a time"));
    }
  }
  std::sort(groups.begin(), groups.end(),
            [](const TrialGroup& a, const TrialGroup& b) {
              return a.members.front() < b.members.front();
            });
  return groups;
}

std::string ApartSentence(size_t others, absl::string_view reason) {
  return absl::StrCat(
      "trained apart from the ",
      others == 1 ? "other one" : absl::StrCat(others, " others"),
      " that the worker held: ", reason);
}

}  // namespace etalon
