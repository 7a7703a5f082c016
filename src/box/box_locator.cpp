// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/box_locator.hpp"

#include <utility>

#include "base/limits.hpp"

namespace fapfon::box {
namespace {

/// The least time between two answers.
constexpr auto kRest = 5s;

}  // namespace

BoxLocator::BoxLocator(net::Loop& loop, BoxName name, std::function<void(Answer)> answered)
    : name_(std::move(name)), answered_(std::move(answered)), resolver_(loop), timer_(loop) {}

std::optional<BoxLocator::Answer> BoxLocator::locate_now() const {
  if (!name_.ip) return std::nullopt;
  return place_of({name_.ip});
}

void BoxLocator::locate() {
  if (planned_) return;
  planned_ = true;
  timer_.start_at(next_allowed_, [this] { ask(); });
}

void BoxLocator::ask() {
  if (name_.ip) return report(place_of({name_.ip}));
  resolver_.resolve(name_.name, [this](net::Resolver::Answer found) {
    if (!found) return report(Unexpected<std::string>(found.error()));
    if (auto why = mistrust(name_.name, *found)) return report(Unexpected<std::string>(std::move(*why)));
    report(place_of(*found));
  });
}

void BoxLocator::report(Answer answer) {
  planned_ = false;
  next_allowed_ = Clock::now() + kRest;
  if (!answer) locate();
  answered_(std::move(answer));
}

BoxLocator::Answer BoxLocator::place_of(const std::vector<IpAddress>& candidates) const {
  const auto places = places_of(candidates, name_.port);
  if (!places) return Unexpected<std::string>(places.error());
  return places->front();
}

}  // namespace fapfon::box
