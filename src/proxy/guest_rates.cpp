// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/guest_rates.hpp"

#include <algorithm>
#include <utility>

namespace fapfon::proxy {
namespace {

using namespace std::chrono_literals;

/// A source that has not been banned for so long begins with the shortest ban again.
constexpr auto kForgiven = 2 * kLongestBan;
/// After so long all buckets of a source are full again.
constexpr auto kIdle = 10min;
/// So much of what all guests may send is kept for sources that hardly ask.
constexpr double kReserve = kAllGuestRequests.burst / 4;
/// The two REGISTERs of a registration with a challenge.
constexpr double kRegistrationRequests = 2;

}  // namespace

// --- TokenBucket -------------------------------------------------------------------------------------

double TokenBucket::tokens(TimePoint now) const noexcept {
  if (at_ == TimePoint{}) return tokens_;
  const double seconds = std::chrono::duration<double>(std::max(now, at_) - at_).count();
  return std::min(rate_.burst, tokens_ + seconds * rate_.per_second);
}

bool TokenBucket::take(TimePoint now) noexcept {
  const double there = tokens(now);
  if (there < 1) return false;
  tokens_ = there - 1;
  at_ = now;
  return true;
}

void TokenBucket::give_back(double count, TimePoint now) noexcept {
  tokens_ = std::min(rate_.burst, tokens(now) + count);
  at_ = now;
}

// --- GuestRates --------------------------------------------------------------------------------------

bool GuestRates::admit(const IpAddress& ip, Standing standing, TimePoint now) {
  Source& from = source(ip, now);
  from.used = now;
  if (from.is_banned(now)) return admit_banned(from, standing, now);
  if (standing == Standing::trusted) {
    // Bounded by what it answers, so it passes without a token too.
    from.requests.take(now);
    return true;
  }
  const bool hardly_asks = from.asked.take(now);
  if (has_share_of_all(hardly_asks, now) && from.requests.take(now)) {
    all_.take(now);
    from.refused = 0;
    return true;
  }
  if (++from.refused >= kRefusedUntilBan) ban(ip, from, "too many requests", now);
  return false;
}

bool GuestRates::admit_banned(Source& source, Standing standing, TimePoint now) {
  if (standing == Standing::trusted) return true;
  return standing == Standing::newcomer && source.trickle.take(now);
}

bool GuestRates::has_share_of_all(bool hardly_asks, TimePoint now) const {
  const double there = all_.tokens(now);
  return there >= 1 && (hardly_asks || there > kReserve);
}

bool GuestRates::has_room(const IpAddress& ip, TimePoint now) const {
  const auto found = sources_.find(source_of(ip));
  if (found == sources_.end()) return all_.tokens(now) >= 1;
  const Source& from = found->second;
  if (from.is_banned(now)) return from.trickle.tokens(now) >= 1;
  return has_share_of_all(from.asked.tokens(now) >= 1, now) && from.requests.tokens(now) >= 1;
}

void GuestRates::failed_login(const IpAddress& ip, TimePoint now) {
  Source& from = source(ip, now);
  from.used = now;
  if (!from.logins.take(now)) ban(ip, from, "failed logins", now);
}

void GuestRates::accepted(const IpAddress& ip, TimePoint now) {
  const auto found = sources_.find(source_of(ip));
  if (found == sources_.end()) return;
  found->second.requests.give_back(kRegistrationRequests, now);
  found->second.trickle.give_back(kRegistrationRequests, now);
  found->second.asked.give_back(kRegistrationRequests, now);
  all_.give_back(kRegistrationRequests, now);
}

void GuestRates::ban(const IpAddress& ip, Source& source, ByteView cause, TimePoint now) {
  if (source.is_banned(now)) return;
  if (now - source.banned_until > kForgiven) source.bans = 0;
  constexpr unsigned kDoublings = 6;  // to the longest
  const auto lasts =
      std::min<std::chrono::seconds>(kFirstBan * (1U << std::min(source.bans, kDoublings)), kLongestBan);
  ++source.bans;
  source.refused = 0;
  source.cause = cause;
  source.banned_until = now + lasts;
  new_ban_ = Ban{source_of(ip), source.banned_until, lasts, cause};
}

bool GuestRates::is_banned(const IpAddress& ip, TimePoint now) const {
  const auto found = sources_.find(source_of(ip));
  return found != sources_.end() && found->second.is_banned(now);
}

std::optional<Ban> GuestRates::take_new_ban() {
  return std::exchange(new_ban_, std::nullopt);
}

std::vector<Ban> GuestRates::bans(TimePoint now) const {
  std::vector<Ban> found;
  for (const auto& [ip, source] : sources_) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(source.banned_until - now);
    if (source.is_banned(now)) found.push_back({ip, source.banned_until, left, source.cause});
  }
  std::ranges::sort(found, {}, &Ban::source);
  return found;
}

GuestRates::Source& GuestRates::source(const IpAddress& ip, TimePoint now) {
  const IpAddress key = source_of(ip);
  const auto found = sources_.find(key);
  if (found != sources_.end()) return found->second;
  if (sources_.size() >= kMaxGuestSources) make_room(now);
  if (next_sweep_ == kNever) next_sweep_ = now + kIdle;
  return sources_[key];
}

void GuestRates::forget_idle(TimePoint now) {
  if (now < next_sweep_) return;
  boost::unordered::erase_if(sources_, [&](const auto& entry) {
    const Source& source = entry.second;
    const bool is_forgiven = source.bans == 0 || now - source.banned_until > kForgiven;
    return !source.is_banned(now) && is_forgiven && now - source.used >= kIdle;
  });
  if (sources_.empty()) sources_ = {};  // gives its memory back
  next_sweep_ = sources_.empty() ? kNever : now + kIdle;
}

/// Forgets half of the sources: first those that are not banned, then those that were heard longest ago.
void GuestRates::make_room(TimePoint now) {
  std::vector<std::pair<std::pair<bool, TimePoint>, IpAddress>> order;
  order.reserve(sources_.size());
  for (const auto& [ip, source] : sources_) order.push_back({{source.is_banned(now), source.used}, ip});
  const auto half = order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2);
  std::ranges::nth_element(order, half);
  for (auto at = order.begin(); at != half; ++at) sources_.erase(at->second);
}

}  // namespace fapfon::proxy
