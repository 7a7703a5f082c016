// SPDX-License-Identifier: GPL-2.0-or-later
// Does the kernel of this machine let packets through, and keep its fingers off SIP?
#include <algorithm>
#include <array>

#include "check/judges.hpp"
#include "check/vpn_view.hpp"
#include "text/translate.hpp"

namespace fapfon::check {
namespace {

using text::tr;
using text::tr_later;
using text::trf;

constexpr const char* kSysctlFile = "/etc/sysctl.d/60-fapfon-proxy.conf";
constexpr const char* kWhyForwarding =
    tr_later("Audio goes directly between phone and Box, through this machine; without it calls are silent.");
/// While it is not known which path audio takes.
constexpr const char* kWhyForwardingMayMatter = tr_later(
    "Where audio goes directly between phone and Box, it passes this machine; without it such calls are "
    "silent.");
constexpr const char* kWhyForwardingIsNoted = tr_later(
    "Calls work all the same, as fapfon-proxy relays SIP and audio; phones reach nothing else at home.");

/// The command for now, and the one for after the next start.
std::vector<Step> set_sysctl(const std::string& setting) {
  return {run("sudo sysctl -w " + setting), say(tr("And permanently:")),
          run("echo " + setting + " | sudo tee -a " + kSysctlFile)};
}

void append(std::vector<Step>& steps, std::vector<Step> more) {
  for (Step& step : more) steps.push_back(std::move(step));
}

bool is_involved(const Facts& facts, const std::string& interface) {
  const Interface* const home = home_interface(facts);
  if (home != nullptr && home->name == interface) return true;
  const auto vpn = vpn_interfaces(facts);
  return std::any_of(vpn.begin(), vpn.end(), [&](const Interface* one) { return one->name == interface; });
}

Finding forwarding_off(const Facts& facts, const std::string& what, const std::string& setting) {
  const auto reason = media_decision(facts).reason;
  // Silence of the Box says nothing of how audio goes when it is back.
  const bool is_open = reason == box::MediaReason::box_silent || reason == box::MediaReason::not_asked;
  const bool is_needed = !is_relayed(reason) || is_open;
  const std::string why = is_open     ? tr(kWhyForwardingMayMatter)
                          : is_needed ? tr(kWhyForwarding)
                                      : tr(kWhyForwardingIsNoted);
  return {"forwarding",       is_needed ? Verdict::wrong : Verdict::note, what, "/proc/sys/net", why,
          set_sysctl(setting)};
}

std::optional<Finding> ip4_forwarding_off(const Facts& facts) {
  if (!*facts.kernel.ip4_forwarding) {
    return forwarding_off(facts,
                          tr("This machine passes no IPv4 packets between the VPN and the home network."),
                          "net.ipv4.ip_forward=1");
  }
  for (const Forwarding& one : facts.kernel.ip4_interfaces) {
    if (one.is_on || !is_involved(facts, one.interface)) continue;
    return forwarding_off(facts,
                          trf("This machine passes on no IPv4 packets that come in by {}.", one.interface),
                          "net.ipv4.conf." + one.interface + ".forwarding=1");
  }
  return std::nullopt;
}

std::string rp_filter_line(const SourceCheck& check) {
  return trf(
      "The kernel drops packets from {} that come in by {}, because its own route there is another "
      "(rp_filter is {}).",
      check.source.to_string(), check.interface, (check.mode == 1 ? "strict" : "loose"));
}

/// What is left when loose is not enough: there is no route to that address at all.
std::vector<Step> fix_rp_filter(const SourceCheck& check) {
  if (check.mode != 1) {
    return {say(tr("There is no route to that address at all. Look at the routes of this machine:")),
            run("ip route get " + check.source.to_string())};
  }
  return set_sysctl("net.ipv4.conf." + check.interface + ".rp_filter=2");
}

constexpr const char* kWhyHelper = tr_later(
    "The kernel rewrites addresses in SIP messages as well, after its own rules: calls break at random.");
constexpr const char* kHelperLookedAt =
    "nft list ruleset, iptables-save, conntrack -L, /proc/sys/net/netfilter";

struct Side {
  Hook hook;
  Packet packet;
};

/// Phone to Box as it comes in, and fapfon-proxy to Box as it goes out, by both transports.
std::vector<Side> legs_of(const Facts& facts) {
  std::vector<Side> legs;
  for (const SocketAddress& box : *facts.subject.boxes) {
    for (const Transport transport : {Transport::udp, Transport::tcp}) {
      Packet packet;
      packet.destination = box;
      packet.transport = transport;
      for (const Prefix& network : phone_networks(facts, box.ip.family())) {
        packet.source.ip = phone_in(facts, network);
        packet.in_interface = interface_of_phone(facts, packet.source.ip);
        legs.push_back({Hook::prerouting, packet});
      }
      const Interface* const home = home_interface(facts);
      if (home == nullptr || facts.box->place.local.family() != box.ip.family()) continue;
      packet.source.ip = facts.box->place.local;
      packet.in_interface.clear();
      packet.out_interface = home->name;
      legs.push_back({Hook::output, packet});
    }
  }
  return legs;
}

std::optional<Finding> helper_by_rule(const Facts& facts) {
  if (!facts.rules || !facts.subject.boxes) return std::nullopt;
  for (const Side& leg : legs_of(facts)) {
    const auto hit = helper_assignment(*facts.rules, leg.hook, leg.packet);
    if (!hit || hit->action->name != "sip") continue;
    return Finding{
        "sip_helper",
        Verdict::wrong,
        trf("A firewall rule gives the phones' SIP to the kernel's SIP helper: '{}'.", hit->rule->text),
        kHelperLookedAt,
        tr(kWhyHelper),
        {say(tr("Delete the rule, here and where it comes from:")), run(hit->rule->remove),
         say(tr("Then cut the connections; the phones set them up again:")),
         run("sudo fapfon-proxy nat setup")}};
  }
  return std::nullopt;
}

std::optional<Finding> helper_at_work(const Facts& facts) {
  if (facts.kernel.helped_connections.empty()) return std::nullopt;
  const std::string port = facts.box ? std::to_string(facts.box->place.box.port) : std::string{"5060"};
  return Finding{"sip_helper",
                 Verdict::wrong,
                 trf("The kernel's SIP helper holds connections of the phones: {}.",
                     facts.kernel.helped_connections.front()),
                 kHelperLookedAt,
                 tr(kWhyHelper),
                 {say(tr("Cut these connections; the phones set them up again:")),
                  run("sudo conntrack -D -p udp --orig-port-dst " + port),
                  run("sudo conntrack -D -p tcp --orig-port-dst " + port)}};
}

}  // namespace

std::optional<Finding> judge_forwarding(const Facts& facts) {
  if (!facts.box || is_own_address(facts, facts.box->place.box.ip)) return std::nullopt;
  const bool is_ip4 = facts.box->place.box.ip.is_v4();
  const auto& forwards = is_ip4 ? facts.kernel.ip4_forwarding : facts.kernel.ip6_forwarding;
  if (!forwards) {
    return Finding{"forwarding",
                   Verdict::could_not_look,
                   tr("Whether this machine passes packets on cannot be seen."),
                   "/proc/sys/net",
                   tr(kWhyForwardingMayMatter),
                   {run("sudo sysctl net.ipv4.ip_forward")}};
  }
  if (is_ip4) {
    if (auto off = ip4_forwarding_off(facts)) return off;
  } else if (!*forwards) {
    return forwarding_off(facts,
                          tr("This machine passes no IPv6 packets between the VPN and the home network."),
                          "net.ipv6.conf.all.forwarding=1");
  }
  return Finding{
      "forwarding",    Verdict::ok, tr("This machine passes packets between the VPN and the home network."),
      "/proc/sys/net", "",          {}};
}

std::optional<Finding> judge_rp_filter(const Facts& facts) {
  constexpr const char* kLookedAt = "ip route get ... from ... iif ..., /proc/sys/net/ipv4/conf/*/rp_filter";
  constexpr const char* kWhy =
      tr_later("Packets dropped this way cause calls without sound, or phones that do not ring.");
  const auto& checks = facts.kernel.source_checks;
  if (!checks) {
    return Finding{
        "rp_filter",
        Verdict::could_not_look,
        tr("Cannot tell whether the kernel drops packets because of the interface they come in on."),
        kLookedAt,
        tr(kWhy),
        {say(tr("The program ip is missing:")), run("sudo apt install iproute2")}};
  }
  if (checks->empty()) return std::nullopt;
  Finding finding{"rp_filter",
                  Verdict::ok,
                  tr("The kernel drops no packets of phones or Box because of where they come in."),
                  kLookedAt,
                  "",
                  {}};
  for (const SourceCheck& check : *checks) {
    if (!check.is_dropped) continue;
    if (finding.verdict == Verdict::ok) finding.seen = rp_filter_line(check);
    finding.verdict = Verdict::wrong;
    finding.why = tr(kWhy);
    append(finding.remedy, fix_rp_filter(check));
  }
  return finding;
}

std::optional<Finding> judge_sip_helper(const Facts& facts) {
  if (facts.kernel.gives_helpers_unasked) {
    return Finding{"sip_helper",
                   Verdict::wrong,
                   tr("The kernel passes all SIP to its SIP helper without being told to."),
                   "/proc/sys/net/netfilter/nf_conntrack_helper",
                   tr(kWhyHelper),
                   set_sysctl("net.netfilter.nf_conntrack_helper=0")};
  }
  if (auto by_rule = helper_by_rule(facts)) return by_rule;
  if (auto at_work = helper_at_work(facts)) return at_work;
  if (!facts.rules) {
    return Finding{"sip_helper",
                   Verdict::could_not_look,
                   trf("Whether the kernel's SIP helper is active: {}.", facts.rules.error()),
                   kHelperLookedAt,
                   tr(kWhyHelper),
                   {run("sudo fapfon-proxy check")}};
  }
  return Finding{"sip_helper",    Verdict::ok, tr("The kernel's SIP helper keeps away from the phones' SIP."),
                 kHelperLookedAt, "",          {}};
}

}  // namespace fapfon::check
