// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/vpn_view.hpp"

#include <algorithm>

#include "box/vpn_range.hpp"
#include "check/networks.hpp"

namespace fapfon::check {
namespace {

box::MediaEvidence media_evidence(const Facts& facts) {
  box::MediaEvidence evidence;
  evidence.box_is_here = facts.box && is_own_address(facts, facts.box->place.box.ip);
  const auto vpn = vpn_interfaces(facts);
  evidence.has_vpn_address = std::any_of(
      vpn.begin(), vpn.end(), [](const Interface* interface) { return !interface->addresses.empty(); });
  if (facts.media_probe) {
    evidence.probes.push_back(facts.media_probe->as_evidence());
  } else if (facts.box) {  // not asked, because the Box did not answer before
    const auto sides = box::vpn_sides(vpn, facts.subject.vpn, facts.box->place.box.ip.family());
    for (const box::VpnSide& side : sides) evidence.probes.push_back({side.ip, std::nullopt});
  }
  evidence.box_answers_at_home = facts.box && facts.box->reply;
  return evidence;
}

}  // namespace

const Interface* home_interface(const Facts& facts) {
  if (!facts.box || !facts.box->place.local) return nullptr;
  return box::interface_with(facts.interfaces, facts.box->place.local);
}

std::optional<Prefix> home_network(const Facts& facts) {
  const Interface* const home = home_interface(facts);
  if (home == nullptr) return std::nullopt;
  for (const Prefix& address : home->addresses) {
    if (address.base == facts.box->place.local) return address.network();
  }
  return std::nullopt;
}

std::vector<const Interface*> vpn_interfaces(const Facts& facts) {
  return box::vpn_interfaces(facts.interfaces, facts.box ? facts.box->place.local : IpAddress{},
                             facts.subject.vpn);
}

std::vector<Prefix> phone_networks(const Facts& facts, Family family) {
  std::vector<Prefix> networks;
  const auto add_of_family = [&](const Prefix& network) {
    if (network.base.family() == family) networks.push_back(network);
  };
  for (const Prefix& range : facts.subject.vpn) add_of_family(range);
  if (!facts.subject.vpn.empty()) return networks;
  for (const Interface* interface : vpn_interfaces(facts)) {
    for (const Prefix& address : interface->addresses) add_of_family(box::network_around(address));
  }
  if (!networks.empty()) return networks;
  for (const Prefix& range : private_ranges()) add_of_family(range);
  return networks;
}

std::vector<box::VpnSide> vpn_sides(const Facts& facts, Family family) {
  return box::vpn_sides(vpn_interfaces(facts), facts.subject.vpn, family);
}

box::Probe MediaProbe::as_evidence() const {
  box::Probe probe{from, std::nullopt};
  if (reply) probe.answer = box::ProbeAnswer{reply->received};
  return probe;
}

box::MediaDecision media_by_box(const Facts& facts) {
  return box::decide(box::MediaOption::automatic, media_evidence(facts));
}

box::MediaDecision media_decision(const Facts& facts) {
  return box::decide(facts.subject.media, media_evidence(facts));
}

IpAddress phone_in(const Facts& facts, const Prefix& network) {
  for (const Interface& interface : facts.interfaces) {
    for (const Prefix& address : interface.addresses) {
      if (network.contains(address.base)) return sample_of(network, address.base);
    }
  }
  return sample_of(network);
}

std::string interface_of_phone(const Facts& facts, const IpAddress& phone) {
  const auto interfaces = vpn_interfaces(facts);
  for (const Interface* interface : interfaces) {
    for (const Prefix& address : interface->addresses) {
      if (address.network().contains(phone)) return interface->name;
    }
  }
  return interfaces.size() == 1 ? interfaces.front()->name : std::string{};
}

bool is_own_address(const Facts& facts, const IpAddress& ip) {
  return ip.is_loopback() || box::interface_with(facts.interfaces, ip) != nullptr;
}

}  // namespace fapfon::check
