#include "common/failpoint.h"

#ifdef ETALON_FAILPOINTS

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/log.h"
#include "common/mutex.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

// In the order of the enumeration.
constexpr std::array<const char*, 13> kNames = {"store.before_begin",
                                                "store.after_begin",
                                                "store.before_commit",
                                                "store.after_commit",
                                                "store.before_sync",
                                                "store.before_checkpoint",
                                                "store.after_checkpoint",
                                                "schema.before_step",
                                                "schema.generation",
                                                "schema.after_step",
                                                "reply",
                                                "file.before_rename",
                                                "file.after_rename"};
static_assert(kNames.size() ==
              static_cast<size_t>(Failpoint::kFileAfterRename) + 1);

struct Setting {
  enum class Action { kNone, kKill, kSleep, kError };
  Action action = Action::kNone;
  absl::Duration sleep;
  int64_t only_hit = 0;  // 0: every
  int64_t hits = 0;
};
using Settings = std::array<Setting, kNames.size()>;

absl::StatusOr<Setting> ParseSetting(absl::string_view text) {
  Setting setting;
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('@', 1));
  absl::string_view action = parts.first;
  int64_t milliseconds = 0;
  if (action == "kill") {
    setting.action = Setting::Action::kKill;
  } else if (action == "error") {
    setting.action = Setting::Action::kError;
  } else if (absl::ConsumePrefix(&action, "sleep:") &&
             absl::SimpleAtoi(action, &milliseconds) && milliseconds >= 0) {
    setting.action = Setting::Action::kSleep;
    setting.sleep = absl::Milliseconds(milliseconds);
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("'", parts.first,
                     "' is no action of a failpoint: kill, "
                     "sleep:MILLISECONDS or error"));
  }
  if (text.find('@') != absl::string_view::npos &&
      (!absl::SimpleAtoi(parts.second, &setting.only_hit) ||
       setting.only_hit < 1)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", parts.second, "' is no number of a hit: they count from 1"));
  }
  return setting;
}

absl::StatusOr<Settings> Parse(absl::string_view text) {
  Settings settings;
  for (const absl::string_view entry :
       absl::StrSplit(text, ',', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(entry, absl::MaxSplits('=', 1));
    size_t point = 0;
    while (point < kNames.size() && parts.first != kNames[point]) ++point;
    if (point == kNames.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no failpoint '", parts.first, "'"));
    }
    ETALON_ASSIGN_OR_RETURN(settings[point], ParseSetting(parts.second));
  }
  return settings;
}

class Failpoints {
 public:
  Failpoints() {
    const char* const text = std::getenv("ETALON_FAILPOINTS");
    if (text == nullptr) return;
    const absl::Status status = Set(text);
    if (status.ok()) return;
    LogError("ETALON_FAILPOINTS: ", status.message());
    _exit(EXIT_FAILURE);
  }

  absl::Status Set(absl::string_view text) {
    ETALON_ASSIGN_OR_RETURN(const Settings settings, Parse(text));
    MutexLock lock(mutex_);
    settings_ = settings;
    return absl::OkStatus();
  }

  // What is to be done at this hit.
  Setting Count(size_t point) {
    MutexLock lock(mutex_);
    Setting& setting = settings_[point];
    ++setting.hits;
    return setting.only_hit == 0 || setting.only_hit == setting.hits
               ? setting
               : Setting();
  }

 private:
  Mutex mutex_;
  Settings settings_ ABSL_GUARDED_BY(mutex_);
};

Failpoints& AllFailpoints() {
  static Failpoints* const failpoints = new Failpoints;
  return *failpoints;
}

}  // namespace

absl::Status HitFailpoint(Failpoint point) {
  const char* const name = kNames[static_cast<size_t>(point)];
  const Setting setting = AllFailpoints().Count(static_cast<size_t>(point));
  switch (setting.action) {
    case Setting::Action::kNone:
      return absl::OkStatus();
    case Setting::Action::kKill:
      LogWarning("failpoint ", name, ": kill");
      kill(getpid(), SIGKILL);
      _exit(EXIT_FAILURE);  // not reached
    case Setting::Action::kSleep:
      LogWarning("failpoint ", name, ": sleep");
      absl::SleepFor(setting.sleep);
      return absl::OkStatus();
    case Setting::Action::kError:
      LogWarning("failpoint ", name, ": error");
      return absl::UnavailableError(absl::StrCat("failpoint ", name));
  }
  return absl::OkStatus();
}

absl::Status SetFailpoints(absl::string_view text) {
  return AllFailpoints().Set(text);
}

std::vector<std::string> FailpointNames() {
  return {kNames.begin(), kNames.end()};
}

}  // namespace etalon

#endif
