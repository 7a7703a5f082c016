// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/nft_ruleset.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace fapfon::nat {
namespace {

/// How nft names things of one address family.
struct FamilyWords {
  const char* match;         // "ip saddr ..."
  const char* address_type;  // of a set
  const char* vpn_set;
  const char* box_set;
};

constexpr FamilyWords words_for(Family family) {
  if (family == Family::ip6) return {"ip6", "ipv6_addr", "vpn6", "box6"};
  return {"ip", "ipv4_addr", "vpn4", "box4"};
}

template <typename T, typename ToText>
std::string comma_list(const std::vector<T>& values, ToText to_text_of) {
  std::string text;
  for (const T& value : values) {
    if (!text.empty()) text.append(", ");
    text.append(to_text_of(value));
  }
  return text;
}

std::string sets_of(const FamilyPart& part) {
  const FamilyWords words = words_for(part.family);
  const auto ranges = comma_list(part.vpn, [](const Prefix& range) { return range.to_string(); });
  const auto boxes = comma_list(part.boxes, [](const SocketAddress& box) {
    return fmt::format("{} . {}", box.ip.to_string(), box.port);
  });
  return fmt::format(R"(
    set {} {{
        type {}
        flags interval
        elements = {{ {} }}
    }}
    set {} {{
        type {} . inet_service
        elements = {{ {} }}
    }}
)",
                     words.vpn_set, words.address_type, ranges, words.box_set, words.address_type, boxes);
}

/// The Box itself and this machine are not phones, even when the ranges of the VPN contain them.
std::string no_phones(const FamilyPart& part) {
  std::vector<IpAddress> addresses;
  for (const SocketAddress& box : part.boxes) {
    if (std::find(addresses.begin(), addresses.end(), box.ip) == addresses.end()) addresses.push_back(box.ip);
  }
  if (part.local) addresses.push_back(part.local);
  return comma_list(addresses, [](const IpAddress& ip) { return ip.to_string(); });
}

std::string nat_rule(const FamilyPart& part, const char* protocol, std::uint16_t port) {
  const FamilyWords words = words_for(part.family);
  const std::string target =
      part.local ? fmt::format("dnat {} to {}", words.match, SocketAddress{part.local, port}.to_string())
                 : fmt::format("redirect to :{}", port);
  return fmt::format("        {0} saddr @{1} {0} daddr . {2} dport @{3} counter {4}\n", words.match,
                     words.vpn_set, protocol, words.box_set, target);
}

std::string intercept_rules(const FamilyPart& part, const Interception& interception, ByteView fingerprint) {
  return fmt::format("        {} saddr {{ {} }} return comment \"configuration {}\"\n",
                     words_for(part.family).match, no_phones(part), fingerprint) +
         nat_rule(part, "udp", interception.udp_port) + nat_rule(part, "tcp", interception.tcp_port);
}

using RuleOf = std::string (*)(const FamilyPart&);

std::string chain(ByteView name, ByteView hook, const std::vector<FamilyPart>& parts, RuleOf rule_of) {
  std::string text =
      fmt::format("    chain {} {{\n        type filter hook {}; policy accept;\n", name, hook);
  for (const FamilyPart& part : parts) text.append(rule_of(part));
  return text.append("    }\n");
}

/// What phones send, in a hook that this machine's own packets do not pass.
std::string from_phones(const FamilyPart& part) {
  return fmt::format("{} saddr @{} ", words_for(part.family).match, words_for(part.family).vpn_set);
}

std::string template_rule(const FamilyPart& part, const std::string& source) {
  return fmt::format("        {}meta l4proto {{ tcp, udp }} {} daddr . th dport @{} ct zone set 0\n", source,
                     words_for(part.family).match, words_for(part.family).box_set);
}

std::string place_rules(const FamilyPart& part, const std::string& source) {
  std::string text;
  for (const char* protocol : {"udp", "tcp"}) {
    text.append(fmt::format("        {0}{1} daddr . {2} dport @{3} ct helper set \"not_sip_{2}\"\n", source,
                            words_for(part.family).match, protocol, words_for(part.family).box_set));
  }
  return text;
}

std::string template_chains(const std::vector<FamilyPart>& parts) {
  return R"(
    # The kernel's SIP helper (nf_conntrack_sip) would rewrite the same messages. A firewall can attach it to these
    # connections in two ways. This empty template takes the place of "iptables -t raw -j CT --helper sip":
)" +
         chain("sip_helper_template_phones", "prerouting priority raw - 10", parts,
               [](const FamilyPart& part) { return template_rule(part, from_phones(part)); }) +
         chain("sip_helper_template_here", "output priority raw - 10", parts,
               [](const FamilyPart& part) { return template_rule(part, ""); });
}

std::string helper_objects() {
  return R"(
    # "ct helper set" in another table comes too late: a connection has one helper, the first one stays, and these
    # two find nothing of theirs in SIP. (A kernel without them gets this table without these chains.)
    ct helper not_sip_udp {
        type "tftp" protocol udp
    }
    ct helper not_sip_tcp {
        type "sane" protocol tcp
    }
)";
}

std::string place_chains(const std::vector<FamilyPart>& parts) {
  // Behind connection tracking (-200) and before anything that people write by hand (-150 and later).
  return helper_objects() +
         chain("sip_helper_place_phones", "prerouting priority -195", parts,
               [](const FamilyPart& part) { return place_rules(part, from_phones(part)); }) +
         chain("sip_helper_place_here", "output priority -195", parts,
               [](const FamilyPart& part) { return place_rules(part, ""); });
}

std::string table_of(const Interception& interception, HelperGuard guard, ByteView fingerprint) {
  const auto parts = family_parts(interception);
  std::string text =
      fmt::format("table {} {{\n    # The phones, and the Box that they send SIP to.", kNftTable);
  for (const FamilyPart& part : parts) text.append(sets_of(part));
  text.append(R"(
    # Just before other rules of its kind (dstnat is -100), because the first translation is the one that counts.
    # The Box itself and this machine are not phones.
    chain intercept {
        type nat hook prerouting priority dstnat - 10; policy accept;
)");
  for (const FamilyPart& part : parts) text.append(intercept_rules(part, interception, fingerprint));
  text.append("    }\n");
  if (guard.takes_template) text.append(template_chains(parts));
  if (guard.takes_place) text.append(place_chains(parts));
  return text.append("}\n");
}

}  // namespace

std::string nft_fingerprint(const Interception& interception) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : table_of(interception, {false, false}, "")) {
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
  }
  return fmt::format("{:08x}", hash);
}

std::string nft_ruleset(const Interception& interception, HelperGuard guard) {
  return fmt::format(
             R"(# fapfon-proxy: SIP that phones in the VPN send to the Box comes to the proxy on this machine.
# "fapfon-proxy nat setup" applies this in one transaction, "fapfon-proxy nat cleanup" removes the table.

# Created, deleted and created again, so that the result is the same whatever was there before.
table {0} {{}}
delete table {0}

)",
             kNftTable) +
         table_of(interception, guard, nft_fingerprint(interception));
}

}  // namespace fapfon::nat
