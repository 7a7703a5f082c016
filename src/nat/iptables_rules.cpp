// SPDX-License-Identifier: GPL-2.0-or-later
// Rules are written the way iptables-save prints them, so that they can be compared with it.
#include "nat/iptables_rules.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/words.hpp"

namespace fapfon::nat {
namespace {

constexpr ByteView kFromPhones = "FAPFON-PROXY";       // in nat and in raw, reached from PREROUTING
constexpr ByteView kFromHere = "FAPFON-PROXY-OUTPUT";  // in raw only, reached from OUTPUT
constexpr std::array<ByteView, 2> kOurChains = {kFromPhones, kFromHere};

bool is_ours(ByteView chain) {
  return std::find(kOurChains.begin(), kOurChains.end(), chain) != kOurChains.end();
}

/// The lines of one table of iptables-save, without "*nat" and "COMMIT".
std::vector<ByteView> table_in(ByteView saved, ByteView table) {
  std::vector<ByteView> lines;
  bool inside = false;
  for (const ByteView line : lines_of(saved)) {
    if (line.front() == '*') inside = line.substr(1) == table;
    if (inside && (line.front() == ':' || line.front() == '-')) lines.push_back(line);
  }
  return lines;
}

/// "-A PREROUTING -j FAPFON-PROXY": somebody else's chain that jumps to one of ours.
bool is_jump_to_us(ByteView line) {
  const auto words = split(line, " ");
  if (words.size() < 4 || words[0] != "-A" || is_ours(words[1])) return false;
  const auto jump =
      std::find_if(words.begin(), words.end(), [](ByteView w) { return w == "-j" || w == "-g"; });
  return jump != words.end() && jump + 1 != words.end() && is_ours(*(jump + 1));
}

std::string jumps_removed(const std::vector<ByteView>& table) {
  std::string text;
  for (const ByteView line : table) {
    if (is_jump_to_us(line)) text.append(fmt::format("-D{}\n", line.substr(2)));
  }
  return text;
}

std::vector<ByteView> our_chains_in(const std::vector<ByteView>& table) {
  std::vector<ByteView> chains;
  for (const ByteView line : table) {
    const ByteView name = line.front() == ':' ? line.substr(1, line.find(' ') - 1) : ByteView{};
    if (is_ours(name)) chains.push_back(name);
  }
  return chains;
}

std::string removal_from(ByteView saved, ByteView table) {
  const auto lines = table_in(saved, table);
  const auto chains = our_chains_in(lines);
  if (chains.empty()) return {};
  std::string text = fmt::format("*{}\n{}", table, jumps_removed(lines));
  for (const ByteView chain : chains) text.append(fmt::format("-F {}\n", chain));
  for (const ByteView chain : chains) text.append(fmt::format("-X {}\n", chain));
  return text.append("COMMIT\n");
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

ByteView value_behind(ByteView option, const std::vector<ByteView>& words) {
  const auto at = std::find(words.begin(), words.end(), option);
  return at == words.end() || at + 1 == words.end() ? ByteView{} : *(at + 1);
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

/// The Box itself and this machine are no phones, even when the ranges of the VPN contain them.
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

std::string iptables_nat_table(const FamilyPart& part, const Interception& interception, ByteView saved) {
  // A chain that is named is emptied, or made; the jump comes first, for the first translation is the one
  // that counts.
  return fmt::format("*nat\n:{0} - [0:0]\n{1}{2}-I PREROUTING 1 -j {0}\nCOMMIT\n", kFromPhones,
                     jumps_removed(table_in(saved, "nat")), nat_rules(part, interception));
}

std::string iptables_raw_table(const FamilyPart& part, RawGuard guard, ByteView saved) {
  return fmt::format(
      "*raw\n:{0} - [0:0]\n:{1} - [0:0]\n{2}{3}-I PREROUTING 1 -j {0}\n-I OUTPUT 1 -j {1}\nCOMMIT\n",
      kFromPhones, kFromHere, jumps_removed(table_in(saved, "raw")), raw_rules(part, guard));
}

std::string iptables_removal(ByteView saved) {
  return removal_from(saved, "nat") + removal_from(saved, "raw");
}

bool iptables_save_is_for(ByteView saved, const FamilyPart& part, const Interception& interception) {
  std::string rules;
  std::size_t jumps = 0;
  for (const ByteView line : table_in(saved, "nat")) {
    if (is_jump_to_us(line)) ++jumps;
    if (line.starts_with(fmt::format("-A {} ", kFromPhones))) rules.append(line).append("\n");
  }
  return jumps == 1 && rules == nat_rules(part, interception);
}

std::vector<FamilyPart> families_in_iptables_save(ByteView saved) {
  Interception found;
  found.box_is_here = true;  // where the packets are sent to does not matter here
  for (const ByteView line : table_in(saved, "nat")) {
    const auto words = split(line, " ");
    // -A FAPFON-PROXY [-s RANGE] -d BOX -p udp -m udp --dport PORT -j ...
    if (words.size() < 2 || words[1] != kFromPhones) continue;
    const auto range = Prefix::parse(value_behind("-s", words));
    const auto box = Prefix::parse(value_behind("-d", words));
    const auto port = parse_decimal<std::uint16_t>(value_behind("--dport", words));
    if (!box || !port) continue;
    const Prefix all{box->base, 0};
    found.vpn.push_back(range.value_or(all));
    found.boxes.push_back({box->base, *port});
  }
  return family_parts(found);
}

}  // namespace fapfon::nat
