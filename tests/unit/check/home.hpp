// SPDX-License-Identifier: GPL-2.0-or-later
// The seed's home as facts, with nothing wrong in it. Tests take it, break one thing, and ask.
#pragma once

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "check/facts.hpp"
#include "check/finding.hpp"
#include "check/iptables_rules.hpp"
#include "check/nft_rules.hpp"

namespace fapfon::check {

inline IpAddress ip(ByteView text) {
  return IpAddress::parse(text).value();
}

inline SocketAddress at(ByteView text) {
  return SocketAddress::parse(text).value();
}

inline Prefix range(ByteView text) {
  return Prefix::parse(text).value();
}

/// What `fapfon-proxy nat setup` makes for BOX=172.30.10.1 VPN=172.20.11.0/24, as nft tells it.
inline constexpr ByteView kOwnTable = R"({"nftables": [
{"metainfo": {"version": "1.0.6", "release_name": "Lester Gooch #5", "json_schema_version": 1}},
{"table": {"family": "inet", "name": "fapfon_proxy", "handle": 2}},
{"ct helper": {"family": "inet", "name": "not_sip_udp", "table": "fapfon_proxy", "handle": 6, "type": "tftp",
  "protocol": "udp", "l3proto": "inet"}},
{"set": {"family": "inet", "name": "vpn4", "table": "fapfon_proxy", "type": "ipv4_addr", "handle": 8,
  "flags": ["interval"], "elem": [{"prefix": {"addr": "172.20.11.0", "len": 24}}]}},
{"set": {"family": "inet", "name": "box4", "table": "fapfon_proxy", "type": ["ipv4_addr", "inet_service"],
  "handle": 9, "elem": [{"concat": ["172.30.10.1", 5060]}]}},
{"chain": {"family": "inet", "table": "fapfon_proxy", "name": "intercept", "handle": 1, "type": "nat",
  "hook": "prerouting", "prio": -110, "policy": "accept"}},
{"chain": {"family": "inet", "table": "fapfon_proxy", "name": "template", "handle": 2, "type": "filter",
  "hook": "prerouting", "prio": -310, "policy": "accept"}},
{"chain": {"family": "inet", "table": "fapfon_proxy", "name": "place", "handle": 4, "type": "filter",
  "hook": "prerouting", "prio": -195, "policy": "accept"}},
{"rule": {"family": "inet", "table": "fapfon_proxy", "chain": "intercept", "handle": 11,
  "comment": "configuration b651107d", "expr": [
    {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}},
      "right": {"set": ["172.30.10.1", "172.30.10.2"]}}}, {"return": null}]}},
{"rule": {"family": "inet", "table": "fapfon_proxy", "chain": "intercept", "handle": 12, "expr": [
  {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@vpn4"}},
  {"match": {"op": "==", "left": {"concat": [{"payload": {"protocol": "ip", "field": "daddr"}},
    {"payload": {"protocol": "udp", "field": "dport"}}]}, "right": "@box4"}},
  {"counter": {"packets": 0, "bytes": 0}}, {"dnat": {"family": "ip", "addr": "172.30.10.2", "port": 5060}}]}},
{"rule": {"family": "inet", "table": "fapfon_proxy", "chain": "intercept", "handle": 13, "expr": [
  {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@vpn4"}},
  {"match": {"op": "==", "left": {"concat": [{"payload": {"protocol": "ip", "field": "daddr"}},
    {"payload": {"protocol": "tcp", "field": "dport"}}]}, "right": "@box4"}},
  {"counter": {"packets": 0, "bytes": 0}}, {"dnat": {"family": "ip", "addr": "172.30.10.2", "port": 5060}}]}},
{"rule": {"family": "inet", "table": "fapfon_proxy", "chain": "template", "handle": 15, "expr": [
  {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@vpn4"}},
  {"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": {"set": ["tcp", "udp"]}}},
  {"match": {"op": "==", "left": {"concat": [{"payload": {"protocol": "ip", "field": "daddr"}},
    {"payload": {"protocol": "th", "field": "dport"}}]}, "right": "@box4"}},
  {"mangle": {"key": {"ct": {"key": "zone"}}, "value": 0}}]}},
{"rule": {"family": "inet", "table": "fapfon_proxy", "chain": "place", "handle": 18, "expr": [
  {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@vpn4"}},
  {"match": {"op": "==", "left": {"concat": [{"payload": {"protocol": "ip", "field": "daddr"}},
    {"payload": {"protocol": "udp", "field": "dport"}}]}, "right": "@box4"}},
  {"ct helper": "not_sip_udp"}]}}]})";

inline PacketRules own_rules() {
  return read_nft_rules(kOwnTable, "").value();
}

inline void add_rules(Facts& facts, PacketRules more) {
  for (Chain& chain : more) facts.rules->push_back(std::move(chain));
}

/// A table nat with these "-A" lines.
inline PacketRules iptables_nat(const std::string& lines) {
  return read_iptables_rules(
      "*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n" + lines +
          "COMMIT\n",
      "iptables");
}

inline BoxReply fritzbox(std::optional<IpAddress> received = {}) {
  box::BoxAnswer answer;
  answer.status = 200;
  answer.product = {true, "FRITZ!Box 7590", "7.57"};
  answer.received = received;
  return answer;
}

inline BoxReply silence(box::AskFailure::Reason reason = box::AskFailure::Reason::silent) {
  return Unexpected<box::AskFailure>({reason, "no answer"});
}

inline Facts a_home() {
  Facts facts;
  facts.subject.boxes = std::vector<SocketAddress>{at("172.30.10.1:5060")};
  facts.subject.vpn = {range("172.20.11.0/24")};
  facts.is_root = true;
  facts.interfaces = {{"eth0", true, false, 1500, {range("172.30.10.2/24")}},
                      {"wg0", true, true, 1420, {range("172.20.11.1/24")}}};
  facts.box = BoxFacts{at("172.30.10.1:5060"), ip("172.30.10.2"), fritzbox(), {}};
  facts.media_probe = MediaProbe{ip("172.20.11.1"), "wg0", fritzbox()};
  const Process program{321, "fapfon-proxy"};
  facts.port_holders = {{Transport::udp, 5060, program}, {Transport::tcp, 5060, program}};
  facts.rules = own_rules();
  facts.kernel.ip4_forwarding = true;
  facts.kernel.ip6_forwarding = false;
  facts.kernel.ip4_interfaces = {{"eth0", true}, {"wg0", true}};
  facts.kernel.source_checks =
      std::vector<SourceCheck>{{"eth0", ip("172.30.10.1"), 1, false}, {"wg0", ip("172.20.11.254"), 1, false}};
  return facts;
}

/// A remedy as one text, a step a line.
inline std::string remedy_of(const Finding& finding) {
  std::string text;
  for (const Step& step : finding.remedy)
    text += (step.kind == Step::Kind::run ? "$ " : "") + step.text + '\n';
  return text;
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

#define EXPECT_CONTAINS(text, part) EXPECT_TRUE(contains((text), (part))) << "in: " << (text)

}  // namespace fapfon::check
