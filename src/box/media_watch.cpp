// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/media_watch.hpp"

#include <algorithm>
#include <utility>

#include "box/vpn_side.hpp"

namespace fapfon::box {

MediaWatch::MediaWatch(net::Loop& loop, Settings settings, std::function<void(const MediaDecision&)> decided)
    : settings_(std::move(settings)),
      decided_(std::move(decided)),
      retry_(settings_.pace.first_retry),
      question_(loop),
      timer_(loop) {}

void MediaWatch::box_located(const BoxPlace& place) {
  place_ = place;
  retry_ = settings_.pace.first_retry;
  begin_round();
}

void MediaWatch::network_changed() {
  if (settings_.option != MediaOption::automatic || !place_.box.ip) return;
  retry_ = settings_.pace.first_retry;
  plan(std::max(Clock::now(), round_began_ + settings_.pace.rest));
}

void MediaWatch::phone_has_come() {
  if (!place_.box.ip || is_asking_ || !depends_on_network()) return;
  plan(std::max(Clock::now(), round_began_ + settings_.pace.fresh_for_phones));
}

void MediaWatch::ask_now() {
  if (!place_.box.ip || is_asking_) return;
  begin_round();
}

Duration MediaWatch::age(TimePoint now) const noexcept {
  if (!decided_for_) return Duration::max();
  return depends_on_network() ? now - *decided_for_ : Duration{};
}

bool MediaWatch::depends_on_network() const noexcept {
  return settings_.option == MediaOption::automatic && decision_.reason != MediaReason::box_is_here;
}

Duration MediaWatch::fresh() const {
  return settings_.has_phones() ? settings_.pace.fresh_for_phones : settings_.pace.fresh;
}

/// The earlier of two plans counts.
void MediaWatch::plan(TimePoint when) {
  if (when >= planned_) return;
  planned_ = when;
  timer_.start_at(when, [this] { begin_round(); });
}

void MediaWatch::begin_round() {
  timer_.stop();
  planned_ = kNever;
  round_began_ = Clock::now();
  is_asking_ = true;
  evidence_ = {};
  addresses_.clear();
  if (settings_.option == MediaOption::automatic) look_at_this_machine();
  ask_from_next();
}

void MediaWatch::look_at_this_machine() {
  evidence_.box_is_here = place_.box.ip == place_.local;
  if (evidence_.box_is_here) return;
  const net::Interfaces interfaces = settings_.interfaces();
  const auto vpn = vpn_interfaces(interfaces, place_.local, settings_.vpn);
  evidence_.has_vpn_address = std::any_of(
      vpn.begin(), vpn.end(), [](const net::Interface* interface) { return !interface->addresses.empty(); });
  for (const VpnSide& side : vpn_sides(vpn, settings_.vpn, place_.box.ip.family())) {
    addresses_.push_back(side.ip);
  }
}

void MediaWatch::ask_from_next() {
  const std::size_t asked = evidence_.probes.size();
  if (asked == addresses_.size()) return conclude();
  const IpAddress from = addresses_[asked];
  question_.ask(
      place_.box, from, [this, from](const Question::Answer& answer) { probe_answered(from, answer); },
      settings_.pace.patience);
}

void MediaWatch::probe_answered(const IpAddress& from, const Question::Answer& answer) {
  Probe probe{from, std::nullopt};
  if (answer) probe.answer = ProbeAnswer{answer->received};
  evidence_.probes.push_back(probe);
  if (probe.proves_direct()) return ask_from_next();
  if (probe.answer) return conclude();
  const auto answered_at_home = [this](const Question::Answer& at_home) {
    evidence_.box_answers_at_home = at_home.has_value();
    conclude();
  };
  question_.ask(place_.box, place_.local, answered_at_home, settings_.pace.patience);
}

void MediaWatch::conclude() {
  const MediaDecision decision = decide(settings_.option, evidence_);
  is_asking_ = false;
  decided_for_ = round_began_;
  plan_next_round(decision.reason);
  if (std::exchange(decision_, decision) != decision) decided_(decision_);
  if (concluded_) concluded_();
}

void MediaWatch::plan_next_round(MediaReason reason) {
  if (settings_.option != MediaOption::automatic || reason == MediaReason::box_is_here) return;
  if (is_answered(reason)) {
    retry_ = settings_.pace.first_retry;
    return plan(Clock::now() + fresh());
  }
  const Duration longest =
      reason == MediaReason::box_silent ? std::min(settings_.pace.longest_outage, fresh()) : fresh();
  plan(Clock::now() + std::min(retry_, longest));
  retry_ = std::min<Duration>(retry_ * 2, settings_.pace.fresh);
}

}  // namespace fapfon::box
