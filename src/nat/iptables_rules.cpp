// SPDX-License-Identifier: GPL-2.0-or-later
// Rules are written the way iptables-save prints them, so that they can be compared with it.
#include "nat/iptables_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace fapfon::nat {
namespace {

using firewall::Action;
using firewall::Chain;
using firewall::PacketRules;
using firewall::Rule;

constexpr ByteView kFromPhones = "FAPFON-PROXY";       // in nat and in raw, reached from PREROUTING
constexpr ByteView kFromHere = "FAPFON-PROXY-OUTPUT";  // in raw only, reached from OUTPUT

constexpr bool is_ours(ByteView chain) {
  return chain == kFromPhones || chain == kFromHere;
}

std::vector<const Chain*> chains_of(const PacketRules& rules, ByteView table) {
  std::vector<const Chain*> chains;
  for (const Chain& chain : rules) {
    if (chain.table == table) chains.push_back(&chain);
  }
  return chains;
}

bool jumps_to_us(const Rule& rule) {
  return std::any_of(rule.actions.begin(), rule.actions.end(), [](const Action& action) {
    const bool is_jump = action.kind == Action::Kind::jump || action.kind == Action::Kind::go_to;
    return is_jump && is_ours(action.name);
  });
}

/// Rules of somebody else's chains that jump to one of ours: "-A PREROUTING -j FAPFON-PROXY".
std::vector<const Rule*> jumps_in(const std::vector<const Chain*>& chains) {
  std::vector<const Rule*> jumps;
  for (const Chain* chain : chains) {
    if (is_ours(chain->name)) continue;
    for (const Rule& rule : chain->rules) {
      if (jumps_to_us(rule)) jumps.push_back(&rule);
    }
  }
  return jumps;
}

std::string jumps_removed(const std::vector<const Chain*>& chains) {
  std::string text;
  for (const Rule* jump : jumps_in(chains)) text.append(fmt::format("-D{}\n", jump->text.substr(2)));
  return text;
}

std::string removal_from(const PacketRules& rules, ByteView table) {
  const auto chains = chains_of(rules, table);
  std::string flushes;
  std::string deletions;
  for (const Chain* chain : chains) {
    if (!is_ours(chain->name)) continue;
    flushes.append(fmt::format("-F {}\n", chain->name));
    deletions.append(fmt::format("-X {}\n", chain->name));
  }
  if (flushes.empty()) return {};
  return fmt::format("*{}\n{}{}{}COMMIT\n", table, jumps_removed(chains), flushes, deletions);
}

std::string host(const IpAddress& ip) {
  return Prefix{ip, ip.is_v4() ? 32U : 128U}.to_string();
}

/// "-d 172.30.10.1/32 -p udp -m udp --dport 5060"
std::string sip_to(const SocketAddress& box, ByteView protocol) {
  return fmt::format("-d {} -p {} -m {} --dport {}", host(box.ip), protocol, protocol, box.port);
}

/// "-s 172.20.11.0/24 "; nothing for the range of all addresses, which iptables-save leaves out.
std::string from(const Prefix& range) {
  return range.length == 0 ? std::string{} : fmt::format("-s {} ", range.to_string());
}

/// Calls `rule` for every pair of VPN range and Box address.
template <typename Rule>
std::string for_all_pairs(const FamilyPart& part, Rule rule) {
  std::string text;
  for (const Prefix& range : part.vpn) {
    for (const SocketAddress& box : part.boxes) {
      text.append(rule(range, box, ByteView{"udp"})).append(rule(range, box, ByteView{"tcp"}));
    }
  }
  return text;
}

std::string target(const FamilyPart& part, std::uint16_t port) {
  if (!part.local) return fmt::format("REDIRECT --to-ports {}", port);
  return fmt::format("DNAT --to-destination {}", SocketAddress{part.local, port}.to_string());
}

/// The Box itself and this machine are not phones, even when the ranges of the VPN contain them.
std::string no_phones(const FamilyPart& part) {
  std::vector<IpAddress> addresses;
  if (part.local) addresses.push_back(part.local);
  for (const SocketAddress& box : part.boxes) addresses.push_back(box.ip);
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  std::string text;
  for (const IpAddress& ip : addresses)
    text.append(fmt::format("-A {} -s {} -j RETURN\n", kFromPhones, host(ip)));
  return text;
}

std::string nat_rules(const FamilyPart& part, const Interception& interception) {
  return no_phones(part) +
         for_all_pairs(part, [&](const Prefix& range, const SocketAddress& box, ByteView protocol) {
           const auto port = protocol == "udp" ? interception.udp_port : interception.tcp_port;
           return fmt::format("-A {} {}{} -j {}\n", kFromPhones, from(range), sip_to(box, protocol),
                              target(part, port));
         });
}

std::string ct_target(RawGuard guard, ByteView protocol) {
  if (guard == RawGuard::no_helper) return "CT";
  return protocol == "udp" ? "CT --helper tftp" : "CT --helper sane";
}

std::string raw_rules(const FamilyPart& part, RawGuard guard) {
  std::string text =
      for_all_pairs(part, [&](const Prefix& range, const SocketAddress& box, ByteView protocol) {
        return fmt::format("-A {} {}{} -j {}\n", kFromPhones, from(range), sip_to(box, protocol),
                           ct_target(guard, protocol));
      });
  for (const SocketAddress& box : part.boxes) {
    for (const ByteView protocol : {"udp", "tcp"}) {
      text.append(
          fmt::format("-A {} {} -j {}\n", kFromHere, sip_to(box, protocol), ct_target(guard, protocol)));
    }
  }
  return text;
}

}  // namespace

std::string iptables_nat_table(const FamilyPart& part, const Interception& interception,
                               const PacketRules& now) {
  // A chain that is named is emptied, or made; the jump comes first, because the first translation is the one
  // that counts.
  return fmt::format("*nat\n:{0} - [0:0]\n{1}{2}-I PREROUTING 1 -j {0}\nCOMMIT\n", kFromPhones,
                     jumps_removed(chains_of(now, "nat")), nat_rules(part, interception));
}

std::string iptables_raw_table(const FamilyPart& part, RawGuard guard, const PacketRules& now) {
  return fmt::format(
      "*raw\n:{0} - [0:0]\n:{1} - [0:0]\n{2}{3}-I PREROUTING 1 -j {0}\n-I OUTPUT 1 -j {1}\nCOMMIT\n",
      kFromPhones, kFromHere, jumps_removed(chains_of(now, "raw")), raw_rules(part, guard));
}

std::string iptables_removal(const PacketRules& now) {
  return removal_from(now, "nat") + removal_from(now, "raw");
}

bool iptables_rules_are_for(const PacketRules& now, const FamilyPart& part,
                            const Interception& interception) {
  const auto chains = chains_of(now, "nat");
  std::string ours;
  for (const Chain* chain : chains) {
    if (chain->name != kFromPhones) continue;
    for (const Rule& rule : chain->rules) ours.append(rule.text).append("\n");
  }
  return jumps_in(chains).size() == 1 && ours == nat_rules(part, interception);
}

}  // namespace fapfon::nat
