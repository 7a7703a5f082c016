// SPDX-License-Identifier: GPL-2.0-or-later
// Is the VPN up, is it the one that is served, and do SIP messages fit through it?
#include <algorithm>

#include "check/judges.hpp"
#include "check/networks.hpp"
#include "check/vpn_view.hpp"

namespace fapfon::check {
namespace {

std::string list_of(const std::vector<Prefix>& prefixes) {
  std::string text;
  for (const Prefix& prefix : prefixes) text += (text.empty() ? "" : ", ") + prefix.to_string();
  return text;
}

std::string text_of(const Interface& interface) {
  return interface.name +
         (interface.addresses.empty() ? std::string{} : " (" + list_of(interface.addresses) + ")");
}

bool is_served(const Subject& subject, const Interface& interface) {
  const auto& ranges = subject.vpn.empty() ? private_ranges() : subject.vpn;
  return std::any_of(interface.addresses.begin(), interface.addresses.end(), [&](const Prefix& address) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](const Prefix& range) { return overlaps(range, address.network()); });
  });
}

/// A tunnel with addresses, none of which is served.
const Interface* unserved(const Facts& facts) {
  for (const Interface* interface : vpn_interfaces(facts)) {
    if (!interface->addresses.empty() && !is_served(facts.subject, *interface)) return interface;
  }
  return nullptr;
}

std::vector<Step> mend_mtu(const Interface& interface) {
  return {
      say("Easiest: choose TCP as transport in the settings of the phone app."),
      say("Or raise the MTU of the VPN, here and in the configuration of the VPN server and of the phones "
          "(WireGuard: MTU = 1420, OpenVPN: tun-mtu 1500):"),
      run("sudo ip link set dev " + interface.name + " mtu 1420")};
}

bool is_overlay(const Interface& interface) {
  return std::any_of(interface.addresses.begin(), interface.addresses.end(),
                     [](const Prefix& address) { return box::is_of_overlay(address.base); });
}

/// Nothing that the user could mend: Tailscale and NetBird set their MTU themselves.
Finding small_by_design(const Interface& interface) {
  return {
      "vpn_mtu",
      Verdict::note,
      interface.name + " takes packets of " + std::to_string(interface.mtu_bytes) +
          " bytes, so a call by UDP comes in fragments.",
      "the MTU of " + interface.name,
      "That is how this VPN is made, and it works as long as no fragment is lost on the way.",
      {say(
          "If a phone does not ring every time, choose TCP as transport in the settings of the phone app.")}};
}

}  // namespace

std::optional<Finding> judge_vpn_interface(const Facts& facts) {
  constexpr const char* kLookedAt = "the network interfaces of this machine";
  const auto interfaces = vpn_interfaces(facts);
  if (interfaces.empty()) {
    return Finding{"vpn_interface",
                   Verdict::note,
                   "No VPN is up on this machine.",
                   kLookedAt,
                   "Phones come in through a VPN. If it ends on another machine, nothing is wrong.",
                   {say("See which interfaces there are (tun0 for OpenVPN, wg0 for WireGuard):"),
                    run("ip -brief address")}};
  }
  std::string names;
  for (const Interface* interface : interfaces) names += (names.empty() ? "" : ", ") + text_of(*interface);
  return Finding{"vpn_interface", Verdict::ok, "The VPN is up: " + names + ".", kLookedAt, "", {}};
}

std::optional<Finding> judge_vpn_ranges(const Facts& facts) {
  const Subject& subject = facts.subject;
  if (const Interface* const other = unserved(facts)) {
    return Finding{
        "vpn_ranges",
        Verdict::note,
        "The VPN interface " + text_of(*other) + " is outside of the ranges that are served.",
        subject.configuration_file,
        "If phones come in there, they get no answer. Served: " +
            list_of(subject.vpn.empty() ? private_ranges() : subject.vpn) + ".",
        {say("Write its network into VPN, beside the others:"),
         run("sudo nano " + subject.configuration_file), run("sudo systemctl restart fapfon-proxy")}};
  }
  if (subject.vpn.empty()) {
    return Finding{
        "vpn_ranges",
        Verdict::note,
        "VPN is not set. Phones are served from all private addresses.",
        subject.configuration_file,
        "Those are " + list_of(private_ranges()) + ". To serve the VPN only, write its range into VPN.",
        {}};
  }
  return Finding{"vpn_ranges",
                 Verdict::ok,
                 "Phones are served from " + list_of(subject.vpn) + ".",
                 subject.configuration_file,
                 "",
                 {}};
}

std::optional<Finding> judge_vpn_mtu(const Facts& facts) {
  const auto interfaces = vpn_interfaces(facts);
  if (interfaces.empty()) return std::nullopt;
  const Interface* const narrowest =
      *std::min_element(interfaces.begin(), interfaces.end(),
                        [](const Interface* a, const Interface* b) { return a->mtu_bytes < b->mtu_bytes; });
  const std::string mtu = std::to_string(narrowest->mtu_bytes) + " bytes";
  const std::string looked_at = "the MTU of " + narrowest->name;
  if (narrowest->mtu_bytes >= kSmallestMtuBytes) {
    return Finding{"vpn_mtu", Verdict::ok, "A SIP message fits into a packet of the VPN (" + mtu + ").",
                   looked_at, "",          {}};
  }
  if (is_overlay(*narrowest)) return small_by_design(*narrowest);
  return Finding{
      "vpn_mtu",
      Verdict::wrong,
      "The VPN's packets are too small for a call by UDP: " + narrowest->name + " takes " + mtu +
          ", at least " + std::to_string(kSmallestMtuBytes) + " are needed.",
      looked_at,
      "A call begins with a message of 1,300 bytes or more. It is sent in fragments, and when one is "
      "lost the phone does not ring.",
      mend_mtu(*narrowest)};
}

}  // namespace fapfon::check
