// SPDX-License-Identifier: GPL-2.0-or-later
// Is the VPN up, is it the one that is served, and do SIP messages fit through it?
#include <algorithm>

#include "box/vpn_range.hpp"
#include "check/judges.hpp"
#include "check/networks.hpp"
#include "check/vpn_view.hpp"
#include "text/translate.hpp"

namespace fapfon::check {
namespace {

using text::tr;
using text::tr_later;
using text::trf;

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

std::vector<Step> edit_vpn(const Subject& subject, const std::string& what) {
  return {say(what), run("sudo nano " + subject.configuration_file),
          run("sudo systemctl restart fapfon-proxy")};
}

/// Names of the interfaces, with a range that would be right in VPN=.
std::string vpn_to_write(const Facts& facts) {
  std::string ranges;
  for (const Interface* interface : vpn_interfaces(facts)) {
    for (const Prefix& address : interface->addresses) {
      ranges += (ranges.empty() ? "" : " ") + box::network_around(address).to_string();
    }
  }
  return "VPN=\"" + (ranges.empty() ? "10.8.0.0/24" : ranges) + '"';
}

Finding one_address(const Subject& subject, const Prefix& range, const Prefix& meant) {
  return {
      "vpn_ranges",
      Verdict::wrong,
      trf("VPN=\"{}\" is one single address; did you mean {}?", range.base.to_string(), meant.to_string()),
      subject.configuration_file,
      tr("Only a phone with exactly this address is served; all others get no answer."),
      edit_vpn(subject, trf("Write the range with what follows the slash, VPN=\"{}\":", meant.to_string()))};
}

Finding of_everybody(const Facts& facts, const Prefix& range) {
  return {"vpn_ranges",
          Verdict::wrong,
          trf("VPN=\"{}\" also serves the Internet.", range.to_string()),
          facts.subject.configuration_file,
          tr("Whoever reaches this machine can try passwords at the FRITZ!Box, and calls that do not come "
             "through the VPN are intercepted as well."),
          edit_vpn(facts.subject, trf("Write the range of the VPN only, {}:", vpn_to_write(facts)))};
}

Finding interface_is_missing(const Facts& facts, const std::string& name) {
  std::string names;
  for (const Interface& one : facts.interfaces) names += (names.empty() ? "" : ", ") + one.name;
  return {
      "vpn_ranges",
      Verdict::wrong,
      trf("VPN names the interface {}, which does not exist or has no address.", name),
      facts.subject.configuration_file,
      trf("Nobody is served from there until it comes up; fapfon-proxy waits for it. Interfaces here: {}.",
          names),
      {say(tr("Is it switched on? For WireGuard:")), run("sudo systemctl start wg-quick@" + name),
       say(tr("Or does it have another name?")), run("ip -brief address")}};
}

/// What was written and is understood otherwise than it was meant.
std::optional<Finding> mistaken_range(const Facts& facts) {
  for (const std::string& name : facts.subject.vpn_interfaces) {
    if (box::ranges_of_interface(facts.interfaces, name).empty()) return interface_is_missing(facts, name);
  }
  for (const Prefix& range : facts.subject.vpn) {
    if (const auto meant = box::probably_meant(range, facts.interfaces)) {
      return one_address(facts.subject, range, *meant);
    }
    if (box::is_of_everybody(range)) return of_everybody(facts, range);
  }
  return std::nullopt;
}

std::vector<Step> fix_mtu(const Interface& interface) {
  return {say(tr("Easiest: choose TCP as transport in the settings of the phone app.")),
          say(tr("Or raise the MTU of the VPN, here and in the configuration of the VPN server and of the "
                 "phones (WireGuard: MTU = 1420, OpenVPN: tun-mtu 1500):")),
          run("sudo ip link set dev " + interface.name + " mtu 1420")};
}

/// Tailscale and NetBird, by their addresses or, where somebody has chosen others, by their names.
bool is_overlay(const Interface& interface) {
  const bool is_name = interface.name.rfind("tailscale", 0) == 0 ||
                       (interface.name.rfind("wt", 0) == 0 && interface.name.size() == 3);
  return is_name || std::any_of(interface.addresses.begin(), interface.addresses.end(),
                                [](const Prefix& address) { return box::is_of_overlay(address.base); });
}

/// Nothing that the user could fix: Tailscale and NetBird set their MTU themselves.
Finding small_by_design(const Interface& interface) {
  return {"vpn_mtu",
          Verdict::note,
          trf("{} has an MTU of {} bytes, so the first message of a call by UDP is sent in fragments.",
              interface.name, interface.mtu_bytes),
          trf("the MTU of {}", interface.name),
          tr("This VPN (Tailscale, NetBird) sets its MTU itself. That works as long as no fragment is lost."),
          {say(tr("If a phone does not ring every time, choose TCP as transport in the settings of the phone "
                  "app."))}};
}

const Interface* narrowest_of(const std::vector<const Interface*>& interfaces, bool overlay) {
  const Interface* narrowest = nullptr;
  for (const Interface* one : interfaces) {
    if (is_overlay(*one) != overlay) continue;
    if (narrowest == nullptr || one->mtu_bytes < narrowest->mtu_bytes) narrowest = one;
  }
  return narrowest;
}

bool is_too_narrow(const Interface* interface) {
  return interface != nullptr && interface->mtu_bytes < kSmallestMtuBytes;
}

Finding tailscale_without_interface(const VpnWithoutInterface& vpn) {
  const bool is_tailscale = vpn.name == "Tailscale";
  Finding finding{"vpn_interface",
                  Verdict::wrong,
                  trf("{} runs without a network interface (userspace networking).", vpn.name),
                  "/proc/" + std::to_string(vpn.pid) + "/cmdline",
                  tr("Its phones reach the FRITZ!Box by connections that this program makes itself. They do "
                     "not come through fapfon-proxy, so they do not ring, or there is no sound."),
                  {}};
  if (!is_tailscale) {
    finding.remedy = {say(tr("Use a VPN with an interface of its own, such as WireGuard (wg0)."))};
    return finding;
  }
  finding.remedy = {
      say(tr("Give Tailscale its interface: delete --tun=userspace-networking from FLAGS, then start it "
             "again.")),
      run("sudo nano /etc/default/tailscaled"), run("sudo systemctl restart tailscaled"),
      say(tr("In a container: TS_USERSPACE=false, the capability NET_ADMIN and the device /dev/net/tun."))};
  return finding;
}

}  // namespace

std::optional<Finding> judge_vpn_interface(const Facts& facts) {
  constexpr const char* kLookedAt = tr_later("the network interfaces of this machine");
  const auto interfaces = vpn_interfaces(facts);
  if (interfaces.empty() && !facts.vpns_without_interface.empty()) {
    return tailscale_without_interface(facts.vpns_without_interface.front());
  }
  if (interfaces.empty()) {
    return Finding{
        "vpn_interface",
        Verdict::note,
        tr("No VPN is up on this machine."),
        tr(kLookedAt),
        tr("Phones come in through a VPN. If it ends on another machine or in a container, nothing is wrong. "
           "A VPN program without an interface of its own does not work with fapfon-proxy."),
        {say(tr("See which interfaces there are (tun0 for OpenVPN, wg0 for WireGuard):")),
         run("ip -brief address")}};
  }
  std::string names;
  for (const Interface* interface : interfaces) names += (names.empty() ? "" : ", ") + text_of(*interface);
  return Finding{"vpn_interface", Verdict::ok, trf("The VPN is up: {}.", names), tr(kLookedAt), "", {}};
}

std::optional<Finding> judge_vpn_ranges(const Facts& facts) {
  const Subject& subject = facts.subject;
  if (auto mistaken = mistaken_range(facts)) return mistaken;
  if (const Interface* const other = unserved(facts)) {
    return Finding{
        "vpn_ranges",
        Verdict::note,
        trf("The VPN interface {} is outside of the ranges that are served.", text_of(*other)),
        subject.configuration_file,
        trf("If phones come in there, they get no answer. Served: {}.",
            list_of(subject.vpn.empty() ? private_ranges() : subject.vpn)),
        {say(tr("Write its network into VPN, beside the others:")),
         run("sudo nano " + subject.configuration_file), run("sudo systemctl restart fapfon-proxy")}};
  }
  if (subject.vpn.empty()) {
    return Finding{
        "vpn_ranges",
        Verdict::note,
        tr("VPN is not set. Phones are served from all private addresses."),
        subject.configuration_file,
        trf("Those are {}. To serve the VPN only, write its range into VPN.", list_of(private_ranges())),
        {}};
  }
  return Finding{"vpn_ranges",
                 Verdict::ok,
                 trf("Phones are served from {}.", list_of(subject.vpn)),
                 subject.configuration_file,
                 "",
                 {}};
}

std::optional<Finding> judge_vpn_mtu(const Facts& facts) {
  const auto interfaces = vpn_interfaces(facts);
  if (interfaces.empty()) return std::nullopt;
  const Interface* const own = narrowest_of(interfaces, false);
  const Interface* const overlay = narrowest_of(interfaces, true);
  if (!is_too_narrow(own) && is_too_narrow(overlay)) return small_by_design(*overlay);
  const Interface* const narrowest = own != nullptr ? own : overlay;
  const std::string mtu = trf("{} bytes", narrowest->mtu_bytes);
  const std::string looked_at = trf("the MTU of {}", narrowest->name);
  if (narrowest->mtu_bytes >= kSmallestMtuBytes) {
    return Finding{"vpn_mtu", Verdict::ok, trf("A SIP message fits into a packet of the VPN ({}).", mtu),
                   looked_at, "",          {}};
  }
  return Finding{
      "vpn_mtu",
      Verdict::wrong,
      trf("The VPN's packets are too small for a call by UDP: {} takes {}, at least {} are needed.",
          narrowest->name, mtu, kSmallestMtuBytes),
      looked_at,
      tr("A call begins with a message of 1,300 bytes or more. It is sent in fragments, and when one is lost "
         "the phone does not ring."),
      fix_mtu(*narrowest)};
}

}  // namespace fapfon::check
