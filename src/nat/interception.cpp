// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/interception.hpp"
#include "text/translate.hpp"

#include <algorithm>

namespace fapfon::nat {
namespace {

using text::tr;
using text::trf;

bool covers(const Prefix& outer, const Prefix& inner) {
  return outer.length <= inner.length && outer.contains(inner.base);
}

/// An interval set of nft refuses ranges that overlap.
std::vector<Prefix> disjoint_ranges(const std::vector<Prefix>& ranges, Family family) {
  std::vector<Prefix> kept;
  for (const Prefix& range : ranges) {
    if (range.base.family() != family) continue;
    const Prefix wanted = range.network();
    if (std::any_of(kept.begin(), kept.end(), [&](const Prefix& k) { return covers(k, wanted); })) continue;
    std::erase_if(kept, [&](const Prefix& k) { return covers(wanted, k); });
    kept.push_back(wanted);
  }
  return kept;
}

std::vector<SocketAddress> boxes_of(const std::vector<SocketAddress>& boxes, Family family) {
  std::vector<SocketAddress> kept;
  for (const SocketAddress& box : boxes) {
    if (box.ip.family() == family && std::find(kept.begin(), kept.end(), box) == kept.end()) {
      kept.push_back(box);
    }
  }
  return kept;
}

FamilyPart part_of(const Interception& interception, Family family) {
  FamilyPart part{
      family, boxes_of(interception.boxes, family), disjoint_ranges(interception.vpn, family), {}};
  if (!interception.box_is_here) {
    part.local = family == Family::ip4 ? interception.local_ip4 : interception.local_ip6;
  }
  return part;
}

}  // namespace

std::vector<FamilyPart> family_parts(const Interception& interception) {
  std::vector<FamilyPart> parts;
  for (const Family family : {Family::ip4, Family::ip6}) {
    FamilyPart part = part_of(interception, family);
    const bool has_target = interception.box_is_here || part.local;
    if (!part.boxes.empty() && !part.vpn.empty() && has_target) parts.push_back(std::move(part));
  }
  return parts;
}

std::optional<std::string> what_is_missing(const Interception& interception) {
  if (interception.boxes.empty())
    return tr("the address of the FRITZ!Box is not known; set BOX in /etc/default/fapfon-proxy");
  if (interception.udp_port == 0 || interception.tcp_port == 0) {
    return tr("NAT rules need a fixed port; give one with --port");
  }
  if (!family_parts(interception).empty()) return std::nullopt;
  const Family family = interception.boxes.front().ip.family();
  const std::string family_name = name_of(family);
  if (part_of(interception, family).vpn.empty()) {
    return trf(
        "the FRITZ!Box has an {0} address, but no VPN range is {0}; correct VPN or BOX in "
        "/etc/default/fapfon-proxy",
        family_name);
  }
  return trf(
      "this machine has no {0} address towards the FRITZ!Box {1}; check BOX and the network (ip route get "
      "{1})",
      family_name, interception.boxes.front().ip.to_string());
}

}  // namespace fapfon::nat
