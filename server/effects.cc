#include "server/effects.h"

#include <iterator>

namespace etalon {
namespace {

template <typename T>
void Append(std::vector<T> from, std::vector<T>& to) {
  to.insert(to.end(), std::make_move_iterator(from.begin()),
            std::make_move_iterator(from.end()));
}

}  // namespace

void Effects::Add(Effects other) {
  Append(std::move(other.leased), leased);
  Append(std::move(other.ended), ended);
  trials_available |= other.trials_available;
  searches_changed |= other.searches_changed;
  Append(std::move(other.proposing), proposing);
  Append(std::move(other.observed), observed);
  Append(std::move(other.proposed), proposed);
  Append(std::move(other.timed), timed);
  Append(std::move(other.untimed), untimed);
  purge_due |= other.purge_due;
  Append(std::move(other.registered), registered);
  Append(std::move(other.unregistered), unregistered);
  Append(std::move(other.flushed), flushed);
  lost += other.lost;
  returned += other.returned;
  Append(std::move(other.trials_ended), trials_ended);
  Append(std::move(other.events), events);
}

}  // namespace etalon
