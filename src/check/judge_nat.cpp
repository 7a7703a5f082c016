// SPDX-License-Identifier: GPL-2.0-or-later
// Do the NAT rules hand over to fapfon-proxy what phones send to the Box, all of it, and once? A packet of
// each kind is led through the rules on paper, and where it ends decides; whose rules they are does not
// matter as long as it ends here.
#include <algorithm>
#include <set>

#include "check/judges.hpp"
#include "check/vpn_view.hpp"
#include "nat/own_rules.hpp"
#include "text/translate.hpp"

namespace fapfon::check {
namespace {

using text::tr;
using text::tr_later;
using text::trf;

constexpr const char* kLookedAt = "nft list ruleset, iptables-save";
constexpr const char* kWhyIntercept =
    tr_later("Phones bypass fapfon-proxy and give the Box addresses that it cannot reach.");
/// Any port of a phone: rules that ask for one cannot be meant for SIP.
constexpr std::uint16_t kSomePort = 0;

struct Way {
  Packet packet;
  std::vector<Hit> hits;  ///< valid while the rules live
};

Packet packet_of(const Facts& facts, const IpAddress& phone, const SocketAddress& box, Transport transport) {
  return {.source = {phone, kSomePort},
          .destination = box,
          .transport = transport,
          .in_interface = interface_of_phone(facts, phone),
          .out_interface = {},
          .destination_is_local = is_own_address(facts, box.ip)};
}

std::vector<Way> ways_of(const Facts& facts) {
  std::vector<Way> ways;
  for (const SocketAddress& box : *facts.subject.boxes) {
    for (const Prefix& network : phone_networks(facts, box.ip.family())) {
      for (const Transport transport : {Transport::udp, Transport::tcp}) {
        Packet packet = packet_of(facts, phone_in(facts, network), box, transport);
        auto found = destination_translations(*facts.rules, packet);
        ways.push_back({std::move(packet), std::move(found)});
      }
    }
  }
  return ways;
}

bool leads_to_us(const Facts& facts, const Hit& hit, const Packet& packet) {
  const std::uint16_t ours =
      packet.transport == Transport::udp ? facts.subject.udp_port : facts.subject.tcp_port;
  const bool is_right_port = hit.action->port.value_or(packet.destination.port) == ours;
  const bool is_here =
      hit.action->kind == Action::Kind::redirect || is_own_address(facts, hit.action->address);
  return is_right_port && is_here;
}

/// Rules whose target cannot be read (an iptables rule seen through nft) are taken for what they seem to be.
bool may_lead_to_us(const Facts& facts, const Hit& hit, const Packet& packet) {
  return leads_to_us(facts, hit, packet) || (nat::is_own(*hit.chain) && !hit.action->address);
}

std::string text_of(const Packet& packet) {
  return trf("{} from {} to {}", packet.transport == Transport::udp ? "UDP" : "TCP",
             packet.source.ip.to_string(), packet.destination.to_string());
}

std::string place_of(const Chain& chain) {
  return trf("{}, table {} {}, chain {}", chain.tool == Tool::nft ? "nftables" : "iptables", chain.family,
             chain.table, chain.name);
}

std::string rule_text(const Hit& hit) {
  return hit.rule->text.empty() ? trf("a rule in {}", place_of(*hit.chain))
                                : "'" + hit.rule->text + "' (" + place_of(*hit.chain) + ")";
}

Finding not_handed_over(const Facts& facts, const std::vector<const Way*>& missed, bool is_all) {
  const bool has_own = std::any_of(facts.rules->begin(), facts.rules->end(), nat::is_own);
  if (is_all && !has_own && !is_running(facts)) {
    return {"nat_rules",
            Verdict::note,
            tr("There are no NAT rules yet; they come when fapfon-proxy is started."),
            kLookedAt,
            tr(kWhyIntercept),
            {}};
  }
  std::string seen =
      tr("There are no NAT rules, so what phones send to the Box does not reach fapfon-proxy.");
  if (has_own || !is_all) {
    const std::string first = text_of(missed.front()->packet);
    seen = missed.size() > 1
               ? trf("The NAT rules do not match the settings. They leave out {}, among others.", first)
               : trf("The NAT rules do not match the settings. They leave out {}.", first);
  }
  return {"nat_rules", Verdict::wrong,    seen,
          kLookedAt,   tr(kWhyIntercept), {run("sudo fapfon-proxy nat setup")}};
}

/// All that is configured is handed over, and more than that: of a range that is not served any more, say.
Finding outdated() {
  return {"nat_rules",
          Verdict::wrong,
          tr("The NAT rules do not match the settings. They redirect more than is served."),
          kLookedAt,
          tr("Phones that are not served any more are cut off from the Box."),
          {run("sudo fapfon-proxy nat setup")}};
}

Finding shadowed(const Hit& hit, const Packet& packet) {
  return {"nat_rules",
          Verdict::wrong,
          trf("Another rule takes the phones' SIP away before it gets to fapfon-proxy: {}.", rule_text(hit)),
          trf("{}; the path of {}", kLookedAt, text_of(packet)),
          tr(kWhyIntercept),
          {say(tr("If you do not need that rule, delete it here and where it comes from:")),
           run(hit.rule->remove)}};
}

Finding doubled(const std::vector<const Hit*>& superfluous) {
  Finding finding{"nat_rules",
                  Verdict::wrong,
                  trf("The phones' SIP is redirected to fapfon-proxy twice. Not by fapfon-proxy itself: {}.",
                      rule_text(*superfluous.front())),
                  kLookedAt,
                  tr("When fapfon-proxy is stopped its own rules go, but these stay and cut the phones off."),
                  {say(tr("Delete the rules that are too many, here and where they come from (the original "
                          "program's fapfon-proxy.nat, a firewall script):"))}};
  std::set<std::string> commands;
  for (const Hit* hit : superfluous) {
    if (commands.insert(hit->rule->remove).second) finding.remedy.push_back(run(hit->rule->remove));
  }
  return finding;
}

/// Of those that lead to us, all but our own; or, if none is our own, all but the first.
std::vector<const Hit*> superfluous_in(const Facts& facts, const Way& way) {
  std::vector<const Hit*> ours;
  std::vector<const Hit*> foreign;
  for (const Hit& hit : way.hits) {
    if (!may_lead_to_us(facts, hit, way.packet)) continue;
    (nat::is_own(*hit.chain) ? ours : foreign).push_back(&hit);
  }
  if (ours.empty() && !foreign.empty()) foreign.erase(foreign.begin());
  return foreign;
}

Finding judge_ways(const Facts& facts, const std::vector<Way>& ways) {
  std::vector<const Way*> missed;
  std::vector<const Hit*> superfluous;
  for (const Way& way : ways) {
    if (way.hits.empty()) {
      missed.push_back(&way);
      continue;
    }
    if (!may_lead_to_us(facts, way.hits.front(), way.packet)) {
      if (nat::is_own(*way.hits.front().chain)) missed.push_back(&way);
      if (!nat::is_own(*way.hits.front().chain)) return shadowed(way.hits.front(), way.packet);
    }
    const auto more = superfluous_in(facts, way);
    superfluous.insert(superfluous.end(), more.begin(), more.end());
  }
  if (!missed.empty()) return not_handed_over(facts, missed, missed.size() == ways.size());
  if (!superfluous.empty()) return doubled(superfluous);
  if (facts.own_rules == nat::State::different) return outdated();
  return {
      "nat_rules", Verdict::ok, tr("What phones send to the Box's SIP port is handed over to fapfon-proxy."),
      kLookedAt,   "",          {}};
}

}  // namespace

std::optional<Finding> judge_nat_rules(const Facts& facts) {
  if (!facts.subject.boxes || facts.subject.boxes->empty()) return std::nullopt;
  if (!facts.rules) {
    return Finding{"nat_rules",
                   Verdict::could_not_look,
                   trf("The NAT rules could not be read: {}.", facts.rules.error()),
                   kLookedAt,
                   tr(kWhyIntercept),
                   {run("sudo fapfon-proxy check")}};
  }
  const auto ways = ways_of(facts);
  if (ways.empty()) {
    return Finding{"nat_rules",
                   Verdict::wrong,
                   tr("The Box and the VPN do not match: one has only IPv4 addresses, the other only IPv6."),
                   facts.subject.configuration_file,
                   tr(kWhyIntercept),
                   {say(tr("Write a range of the VPN into VPN that is of the kind of BOX:")),
                    run("sudo nano " + facts.subject.configuration_file)}};
  }
  return judge_ways(facts, ways);
}

}  // namespace fapfon::check
