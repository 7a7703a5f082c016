// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/media_path.hpp"

#include <algorithm>
#include <iterator>

#include "box/vpn_side.hpp"
#include "text/translate.hpp"

namespace fapfon::box {
namespace {

using text::tr_later;

struct ReasonRow {
  MediaReason reason;
  bool is_relayed;
  ByteView text;
};

/// In the order of MediaReason.
constexpr ReasonRow kReasons[] = {
    {MediaReason::not_asked, true, tr_later("the Box has not been asked yet")},
    {MediaReason::user_direct, false, tr_later("--media=direct")},
    {MediaReason::user_relay, true, tr_later("--media=relay")},
    {MediaReason::box_is_here, false, tr_later("the Box is this machine")},
    {MediaReason::no_vpn_address, true, tr_later("this machine has no address in the VPN")},
    {MediaReason::other_family, true, tr_later("this machine has no VPN address of the Box's IP version")},
    {MediaReason::overlay, true, tr_later("the VPN (Tailscale, NetBird) may masquerade what it forwards")},
    {MediaReason::box_sees_vpn, false, tr_later("the Box sees VPN addresses and answers them")},
    {MediaReason::masqueraded, true, tr_later("the VPN masquerades")},
    {MediaReason::no_route, true, tr_later("the Box knows no route to the VPN")},
    {MediaReason::box_silent, true, tr_later("the Box does not answer")},
};

constexpr const ReasonRow& row_of(MediaReason reason) {
  return kReasons[static_cast<std::size_t>(reason)];
}

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < std::size(kReasons); ++i) {
    if (kReasons[i].reason != static_cast<MediaReason>(i)) return false;
  }
  return row_of(MediaReason::box_silent).reason == MediaReason::box_silent;
}
static_assert(is_in_order());

MediaReason reason_of(const Probe& probe, bool box_answers_at_home) {
  if (probe.proves_direct()) return MediaReason::box_sees_vpn;
  if (probe.answer && !probe.is_direct()) return MediaReason::masqueraded;
  // Silence says something about the path back only when the Box answers at all.
  if (!probe.answer && !box_answers_at_home) return MediaReason::box_silent;
  return is_of_overlay(probe.from) ? MediaReason::overlay : MediaReason::no_route;
}

MediaDecision decide_by_box(const MediaEvidence& evidence) {
  if (evidence.box_is_here) return {MediaReason::box_is_here};
  if (!evidence.has_vpn_address) return {MediaReason::no_vpn_address};
  if (evidence.probes.empty()) return {MediaReason::other_family};
  const auto deciding = std::find_if_not(evidence.probes.begin(), evidence.probes.end(),
                                         [](const Probe& probe) { return probe.proves_direct(); });
  const Probe& probe = deciding == evidence.probes.end() ? evidence.probes.front() : *deciding;
  return {reason_of(probe, evidence.box_answers_at_home), probe.from, probe.seen().value_or(IpAddress{})};
}

}  // namespace

bool is_relayed(MediaReason reason) noexcept {
  return row_of(reason).is_relayed;
}

bool is_answered(MediaReason reason) noexcept {
  return reason == MediaReason::box_sees_vpn || reason == MediaReason::masqueraded ||
         reason == MediaReason::overlay;
}

ByteView to_text(MediaReason reason) noexcept {
  return row_of(reason).text;
}

std::optional<IpAddress> Probe::seen() const noexcept {
  if (!answer) return std::nullopt;
  return answer->received.value_or(from);
}

bool Probe::proves_direct() const noexcept {
  return is_direct() && !is_of_overlay(from);
}

MediaDecision decide(MediaOption option, const MediaEvidence& evidence) {
  switch (option) {
    case MediaOption::automatic:
      return decide_by_box(evidence);
    case MediaOption::direct:
      return {MediaReason::user_direct};
    case MediaOption::relay:
      return {MediaReason::user_relay};
  }
  return {};
}

}  // namespace fapfon::box
