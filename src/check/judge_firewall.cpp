// SPDX-License-Identifier: GPL-2.0-or-later
// Does a firewall on this machine drop SIP or audio? A packet of each kind is led through the filters on
// paper. Only what is dropped for certain is told; where a rule decides that is not understood here, nothing
// is said. The remedy is for the tool that the user has: ufw, firewalld, Docker's own chain, nft or iptables.
#include <algorithm>
#include <array>
#include <set>

#include "box/vpn_range.hpp"
#include "check/judges.hpp"
#include "check/networks.hpp"
#include "check/vpn_view.hpp"
#include "text/translate.hpp"

namespace fapfon::check {
namespace {

using firewall::Fate;
using text::tr;
using text::tr_later;
using text::trf;

constexpr const char* kLookedAt = "nft list ruleset, iptables-save";
constexpr const char* kWhy =
    tr_later("Packets dropped this way never arrive: phones do not ring, or calls are silent.");

/// Packets that one line of a firewall allows together.
struct Traffic {
  const char* name;
  Hook hook;
  Transport transport;
  Prefix from;
  std::string from_interface;
  Prefix to;                         ///< a single address, or the network of the phones
  std::optional<PortRange> ports;    ///< none: all
  std::vector<Packet> packets = {};  ///< samples
  /// Of direct audio: the same packets when the other side has spoken first.
  std::vector<Packet> answers = {};
};

struct Blocked {
  Traffic traffic;
  Fate fate;
};

Prefix single(const IpAddress& ip) {
  return {ip, ip.is_v4() ? 32U : 128U};
}

/// Where phones are that come in by this interface: its network, as far as VPN= serves it.
std::optional<Prefix> served_network(const Facts& facts, const Prefix& address) {
  const Prefix network = box::network_around(address);
  if (facts.subject.vpn.empty()) return network;
  for (const Prefix& range : facts.subject.vpn) {
    if (overlaps(range, network)) return range.length > network.length ? range.network() : network;
  }
  return std::nullopt;
}

struct PhoneSide {
  std::string interface;
  Prefix network;
  IpAddress phone;
};

std::vector<PhoneSide> phone_sides(const Facts& facts, Family family) {
  std::vector<PhoneSide> sides;
  for (const Interface* interface : vpn_interfaces(facts)) {
    for (const Prefix& address : interface->addresses) {
      if (address.base.family() != family) continue;
      const auto network = served_network(facts, address);
      if (network) sides.push_back({interface->name, *network, sample_of(*network, address.base)});
    }
  }
  return sides;
}

/// To this machine, with a few ports out of the range as samples.
Traffic to_us(const char* name, Transport transport, const PhoneSide& from, const IpAddress& here,
              PortRange ports) {
  Traffic traffic{name, Hook::input, transport, from.network, from.interface, single(here), ports};
  const auto middle = static_cast<std::uint16_t>(ports.first + (ports.last - ports.first) / 2);
  for (const std::uint16_t port : {ports.first, middle, ports.last}) {
    Packet packet;
    packet.source.ip = from.phone;
    packet.destination = {here, port};
    packet.transport = transport;
    packet.in_interface = from.interface;
    packet.destination_is_local = true;
    traffic.packets.push_back(std::move(packet));
  }
  return traffic;
}

void add_sip(const Facts& facts, const PhoneSide& phones, std::vector<Traffic>& all) {
  const IpAddress here = facts.box->place.local;
  const std::pair<Transport, std::uint16_t> ports[] = {{Transport::udp, facts.subject.udp_port},
                                                       {Transport::tcp, facts.subject.tcp_port}};
  for (const auto& [transport, port] : ports) {
    Traffic traffic = to_us(tr_later("SIP from the VPN"), transport, phones, here, {port, port});
    for (Packet& packet : traffic.packets) packet.is_translated = true;  // by our NAT rules
    all.push_back(std::move(traffic));
  }
}

/// One way of direct audio; the answers are what is left when only the other way is allowed.
Traffic one_way(const PhoneSide& from, const PhoneSide& to) {
  Traffic traffic{tr_later("audio between the VPN and the FRITZ!Box"),
                  Hook::forward,
                  Transport::udp,
                  from.network,
                  from.interface,
                  to.network,
                  std::nullopt};
  Packet packet;
  packet.source.ip = from.phone;
  packet.destination = {to.phone, 0};
  packet.in_interface = from.interface;
  packet.out_interface = to.interface;
  traffic.packets.push_back(packet);
  packet.is_established = true;
  traffic.answers.push_back(std::move(packet));
  return traffic;
}

void add_audio(const Facts& facts, const PhoneSide& phones, const PhoneSide& box, std::vector<Traffic>& all) {
  const auto reason = media_decision(facts).reason;
  const bool is_open = reason == box::MediaReason::not_asked || reason == box::MediaReason::box_silent;
  if (is_open) return;
  if (!is_relayed(reason)) {
    all.push_back(one_way(phones, box));
    all.push_back(one_way(box, phones));
    return;
  }
  const IpAddress here = facts.box->place.local;
  const PortRange ports = facts.subject.audio_ports;
  all.push_back(to_us(tr_later("audio from the VPN"), Transport::udp, phones, here, ports));
  all.push_back(to_us(tr_later("audio from the FRITZ!Box"), Transport::udp, box, here, ports));
}

std::vector<Traffic> all_traffic(const Facts& facts) {
  const Interface* const home = home_interface(facts);
  if (home == nullptr || is_own_address(facts, facts.box->place.box.ip)) return {};
  const IpAddress box_ip = facts.box->place.box.ip;
  const PhoneSide box{home->name, single(box_ip), box_ip};
  std::vector<Traffic> all;
  for (const PhoneSide& phones : phone_sides(facts, box_ip.family())) {
    add_sip(facts, phones, all);
    add_audio(facts, phones, box, all);
  }
  const PortRange ports = facts.subject.box_facing_ports;
  if (!all.empty()) {
    all.push_back(
        to_us(tr_later("SIP from the FRITZ!Box"), Transport::udp, box, facts.box->place.local, ports));
  }
  return all;
}

/// The worst fate of the samples: dropped before undecided before passes.
Fate worst_fate(const Facts& facts, Hook hook, const std::vector<Packet>& packets) {
  Fate worst;
  for (const Packet& packet : packets) {
    const Fate fate = fate_of(*facts.rules, hook, packet);
    if (fate.kind == Fate::Kind::dropped) return fate;
    if (fate.kind == Fate::Kind::undecided) worst = fate;
  }
  return worst;
}

struct Judged {
  std::vector<Blocked> blocked;
  bool is_certain = true;
};

/// Audio of one way passes as answers of the other, so both ways have to be known.
bool passes_as_answer(const Facts& facts, const Traffic& traffic, const std::vector<Traffic>& all) {
  if (traffic.answers.empty()) return false;
  if (worst_fate(facts, traffic.hook, traffic.answers).kind == Fate::Kind::dropped) return false;
  return std::any_of(all.begin(), all.end(), [&](const Traffic& other) {
    return other.hook == Hook::forward && other.from == traffic.to && other.to == traffic.from &&
           worst_fate(facts, other.hook, other.packets).kind != Fate::Kind::dropped;
  });
}

Judged judge_traffic(const Facts& facts, const std::vector<Traffic>& all) {
  Judged judged;
  for (const Traffic& traffic : all) {
    const Fate fate = worst_fate(facts, traffic.hook, traffic.packets);
    if (fate.kind == Fate::Kind::undecided) judged.is_certain = false;
    if (fate.kind != Fate::Kind::dropped || passes_as_answer(facts, traffic, all)) continue;
    judged.blocked.push_back({traffic, fate});
  }
  return judged;
}

// --- what to do about it

enum class Manager : std::uint8_t { ufw, firewalld, docker, iptables, nft };

bool has_chain(const Facts& facts, const Chain& beside, const char* name) {
  return std::any_of(facts.rules->begin(), facts.rules->end(), [&](const Chain& chain) {
    return chain.tool == beside.tool && chain.family == beside.family && chain.name == name;
  });
}

Manager manager_of(const Facts& facts, const Blocked& blocked) {
  const Chain& base = *blocked.fate.base;
  if (base.tool == Tool::nft) return base.table == "firewalld" ? Manager::firewalld : Manager::nft;
  if (has_chain(facts, base, "ufw-user-input") || has_chain(facts, base, "ufw6-user-input")) {
    return Manager::ufw;
  }
  if (has_chain(facts, base, "INPUT_ZONES")) return Manager::firewalld;
  const bool is_docker = base.hook == Hook::forward && has_chain(facts, base, "DOCKER-USER");
  return is_docker ? Manager::docker : Manager::iptables;
}

/// A firewall's own name for the ports: "5060", "30000:32767".
std::string ports_text(const PortRange& ports, const char* between) {
  const std::string first = std::to_string(ports.first);
  return ports.first == ports.last ? first : first + between + std::to_string(ports.last);
}

/// Without "/32", which ufw and nft take, and nobody writes.
std::string text_of(const Prefix& range) {
  return range == single(range.base) ? range.base.to_string() : range.to_string();
}

const char* text_of(Transport transport) {
  return transport == Transport::udp ? "udp" : "tcp";
}

std::string ufw_command(const Traffic& traffic) {
  const std::string route = traffic.hook == Hook::forward ? "route " : "";
  const std::string to = route.empty() ? "any" : text_of(traffic.to);
  return "sudo ufw " + route + "allow proto " + text_of(traffic.transport) + " from " +
         text_of(traffic.from) + " to " + to +
         (traffic.ports ? " port " + ports_text(*traffic.ports, ":") : std::string{});
}

/// The zone of an interface, as firewalld's dispatch chain tells it; empty for the default zone.
std::string zone_of(const Facts& facts, const std::string& interface) {
  constexpr ByteView kZone = "filter_IN_";
  for (const Chain& chain : *facts.rules) {
    if (chain.table != "firewalld" || chain.name != "filter_INPUT_ZONES") continue;
    for (const Rule& rule : chain.rules) {
      Packet packet;
      packet.in_interface = interface;
      const bool is_it = !rule.actions.empty() && rule.actions.front().name.rfind(kZone, 0) == 0 &&
                         std::all_of(rule.matches.begin(), rule.matches.end(), [&](const auto& match) {
                           return firewall::holds(match, packet).value_or(false);
                         });
      if (is_it) return rule.actions.front().name.substr(kZone.size());
    }
  }
  return {};
}

std::string rich_rule(const Traffic& traffic) {
  const std::string family = traffic.from.base.is_v4() ? "ipv4" : "ipv6";
  std::string rule = "rule family=" + family + " source address=" + text_of(traffic.from);
  if (traffic.hook == Hook::forward) rule += " destination address=" + text_of(traffic.to);
  if (traffic.ports) {
    rule += " port port=" + ports_text(*traffic.ports, "-") + " protocol=" + text_of(traffic.transport);
  }
  return rule + " accept";
}

std::string firewalld_command(const Facts& facts, const Traffic& traffic) {
  const std::string zone = zone_of(facts, traffic.from_interface);
  const std::string place = traffic.hook == Hook::forward ? "--policy=fapfon-audio "
                            : zone.empty()                ? ""
                                                          : "--zone=" + zone + ' ';
  return "sudo firewall-cmd --permanent " + place + "--add-rich-rule='" + rich_rule(traffic) + "'";
}

std::string iptables_command(const Blocked& blocked, const char* chain) {
  const Traffic& traffic = blocked.traffic;
  const Chain& base = *blocked.fate.base;
  std::string command = "sudo " + base.program + (base.table == "filter" ? "" : " -t " + base.table) +
                        " -I " + (chain == nullptr ? base.name : chain) + " -s " + text_of(traffic.from);
  if (traffic.hook == Hook::forward) command += " -d " + text_of(traffic.to);
  command += std::string{" -p "} + text_of(traffic.transport);
  if (traffic.ports) command += " --dport " + ports_text(*traffic.ports, ":");
  return command + " -j ACCEPT";
}

std::string nft_command(const Blocked& blocked) {
  const Traffic& traffic = blocked.traffic;
  const Chain& base = *blocked.fate.base;
  const std::string ip = traffic.from.base.is_v4() ? "ip" : "ip6";
  std::string command = "sudo nft insert rule " + base.family + ' ' + base.table + ' ' + base.name + ' ' +
                        ip + " saddr " + text_of(traffic.from);
  if (traffic.hook == Hook::forward) command += ' ' + ip + " daddr " + text_of(traffic.to);
  command += traffic.ports
                 ? std::string{" "} + text_of(traffic.transport) + " dport " + ports_text(*traffic.ports, "-")
                 : std::string{" meta l4proto "} + text_of(traffic.transport);
  return command + " accept";
}

std::string command_for(const Facts& facts, const Blocked& blocked, Manager manager) {
  switch (manager) {
    case Manager::ufw:
      return ufw_command(blocked.traffic);
    case Manager::firewalld:
      return firewalld_command(facts, blocked.traffic);
    case Manager::docker:
      return iptables_command(blocked, "DOCKER-USER");
    case Manager::iptables:
      return iptables_command(blocked, nullptr);
    case Manager::nft:
      return nft_command(blocked);
  }
  return {};
}

/// What has to come before and behind the commands.
void add_frame(Manager manager, bool is_forward, std::vector<Step>& before, std::vector<Step>& behind) {
  const std::string policy = "sudo firewall-cmd --permanent --policy=fapfon-audio ";
  switch (manager) {
    case Manager::ufw:
      return;
    case Manager::firewalld:
      if (is_forward) {
        before = {run("sudo firewall-cmd --permanent --new-policy=fapfon-audio"),
                  run(policy + "--add-ingress-zone=ANY"), run(policy + "--add-egress-zone=ANY")};
      }
      behind = {run("sudo firewall-cmd --reload")};
      return;
    case Manager::docker:
    case Manager::iptables:
      behind = {
          say(tr("These are gone after a reboot, unless they are saved (package iptables-persistent):")),
          run("sudo netfilter-persistent save")};
      return;
    case Manager::nft:
      behind = {
          say(tr("These are gone after a reboot. Write them into /etc/nftables.conf as well, where your "
                 "firewall is."))};
      return;
  }
}

const char* name_of(Manager manager) {
  switch (manager) {
    case Manager::ufw:
      return "ufw";
    case Manager::firewalld:
      return "firewalld";
    case Manager::docker:
      return tr_later("Docker's rules");
    case Manager::iptables:
      return "iptables";
    case Manager::nft:
      return "nftables";
  }
  return "";
}

std::string cause_of(const Fate& fate) {
  const std::string place =
      trf("chain {} of table {} {}", fate.chain->name, fate.chain->family, fate.chain->table);
  if (fate.rule == nullptr) return trf("the default of {} is to drop", place);
  return fate.rule->text.empty() ? trf("a rule in {}", place) : trf("'{}' in {}", fate.rule->text, place);
}

std::string names_of(const std::vector<Blocked>& blocked) {
  std::vector<std::string> names;
  for (const Blocked& one : blocked) {
    if (std::find(names.begin(), names.end(), tr(one.traffic.name)) == names.end()) {
      names.push_back(tr(one.traffic.name));
    }
  }
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == names.size() ? tr(" and ") : ", ") + names[i];
  }
  return text;
}

Finding dropped(const Facts& facts, const std::vector<Blocked>& blocked) {
  const Manager first = manager_of(facts, blocked.front());
  Finding finding{"firewall",
                  Verdict::wrong,
                  trf("The firewall ({}) drops {}: {}.", tr(name_of(first)), names_of(blocked),
                      cause_of(blocked.front().fate)),
                  kLookedAt,
                  tr(kWhy),
                  {say(tr("Allow it:"))}};
  const bool is_forward = blocked.front().traffic.hook == Hook::forward;
  std::vector<Step> behind;
  std::vector<Step> before;
  add_frame(first, is_forward, before, behind);
  for (const Step& step : before) finding.remedy.push_back(step);
  std::set<std::string> known;
  for (const Blocked& one : blocked) {
    const std::string command = command_for(facts, one, manager_of(facts, one));
    if (known.insert(command).second) finding.remedy.push_back(run(command));
  }
  for (const Step& step : behind) finding.remedy.push_back(step);
  return finding;
}

}  // namespace

std::optional<Finding> judge_firewall(const Facts& facts) {
  if (!facts.box) return std::nullopt;
  if (!facts.rules) {
    return Finding{"firewall",
                   Verdict::could_not_look,
                   trf("Cannot tell whether a firewall drops SIP or audio: {}.", facts.rules.error()),
                   kLookedAt,
                   tr(kWhy),
                   {run("sudo fapfon-proxy check")}};
  }
  const auto all = all_traffic(facts);
  if (all.empty()) return std::nullopt;
  const Judged judged = judge_traffic(facts, all);
  if (!judged.blocked.empty()) return dropped(facts, judged.blocked);
  if (!judged.is_certain) return std::nullopt;
  return Finding{"firewall", Verdict::ok, tr("No firewall on this machine drops SIP or audio."),
                 kLookedAt,  "",          {}};
}

}  // namespace fapfon::check
