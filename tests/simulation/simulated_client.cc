#include "tests/simulation/simulated_client.h"

#include "absl/strings/str_cat.h"

namespace etalon::testing {

SimulatedClient::SimulatedClient(World& world, Network& network,
                                 const Options& options)
    : SimulatedParty(world, network,
                     absl::StrCat("client of ", options.spec.name())),
      options_(options) {}

void SimulatedClient::Start() {
  Create();
  if (options_.pauses) {
    Later(world_.Between(absl::Seconds(1), absl::Seconds(60)),
          [this] { Pause(); });
  }
  if (options_.cancels) {
    Later(world_.Between(absl::Seconds(1), absl::Seconds(120)),
          [this] { Cancel(); });
  }
}

void SimulatedClient::Create() {
  v1::CreateSearchRequest request;
  *request.mutable_spec() = options_.spec;
  request.set_request_id("create-" + options_.spec.name());
  CallUntilAnswered<v1::Search>(
      &Coordinator::CreateSearch, request, kTimeout,
      [this](const absl::StatusOr<v1::Search>& search) {
        if (!search.ok() || !options_.repeats) return;
        Repeat(options_.spec);
        v1::SearchSpec other = options_.spec;
        other.set_seed(other.seed() + 1);
        Repeat(other);
      });
}

void SimulatedClient::Repeat(const v1::SearchSpec& spec) {
  v1::CreateSearchRequest request;
  *request.mutable_spec() = spec;
  request.set_request_id("create-" + options_.spec.name());
  Later(world_.Between(absl::ZeroDuration(), absl::Seconds(60)),
        [this, request] {
          CallUntilAnswered<v1::Search>(&Coordinator::CreateSearch, request,
                                        kTimeout, [](const auto&) {});
        });
}

void SimulatedClient::Pause() {
  v1::PauseSearchRequest request;
  request.set_name("searches/" + options_.spec.name());
  CallUntilAnswered<v1::Search>(
      &Coordinator::PauseSearch, request, kTimeout, [this](const auto&) {
        Later(world_.Between(absl::ZeroDuration(), absl::Seconds(60)),
              [this] { Resume(); });
      });
}

void SimulatedClient::Resume() {
  v1::ResumeSearchRequest request;
  request.set_name("searches/" + options_.spec.name());
  CallUntilAnswered<v1::Search>(
      &Coordinator::ResumeSearch, request, kTimeout, [this](const auto&) {
        if (world_.at_peace()) return;
        Later(world_.Between(absl::Seconds(1), absl::Seconds(60)),
              [this] { Pause(); });
      });
}

void SimulatedClient::Cancel() {
  v1::CancelSearchRequest request;
  request.set_name("searches/" + options_.spec.name());
  // Not before it is there: NOT_FOUND is an answer as well.
  CallUntilAnswered<v1::Search>(
      &Coordinator::CancelSearch, request, kTimeout,
      [this](const absl::StatusOr<v1::Search>& search) {
        if (absl::IsNotFound(search.status())) {
          Later(absl::Seconds(5), [this] { Cancel(); });
        }
      });
}

void SimulatedClient::KeepGoing() {
  if (!options_.pauses) return;
  Resume();
  Later(absl::Seconds(60), [this] { KeepGoing(); });
}

}  // namespace etalon::testing
