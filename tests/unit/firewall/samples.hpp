// SPDX-License-Identifier: GPL-2.0-or-later
// Rules as the tools list them, and short names for addresses.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "firewall/iptables_listing.hpp"
#include "firewall/nft_listing.hpp"

namespace fapfon::firewall {

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

/// A table nat with these "-A" lines.
inline PacketRules iptables_nat(const std::string& lines) {
  return read_iptables_rules(
      "*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n" + lines +
          "COMMIT\n",
      "iptables");
}

}  // namespace fapfon::firewall
