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

/// A table filter with these lines (":INPUT DROP [0:0]" and others as well).
inline PacketRules iptables_filter(const std::string& lines) {
  return read_iptables_rules("*filter\n" + lines + "COMMIT\n", "iptables");
}

/// What `ufw enable` makes, as far as it decides about a packet.
inline constexpr const char* kUfw = R"(:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:ufw-after-input - [0:0]
:ufw-before-forward - [0:0]
:ufw-before-input - [0:0]
:ufw-logging-deny - [0:0]
:ufw-not-local - [0:0]
:ufw-skip-to-policy-input - [0:0]
:ufw-user-forward - [0:0]
:ufw-user-input - [0:0]
-A INPUT -j ufw-before-input
-A INPUT -j ufw-after-input
-A FORWARD -j ufw-before-forward
-A ufw-after-input -p udp -m udp --dport 137 -j ufw-skip-to-policy-input
-A ufw-after-input -m addrtype --dst-type BROADCAST -j ufw-skip-to-policy-input
-A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-forward -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A ufw-before-forward -j ufw-user-forward
-A ufw-before-input -i lo -j ACCEPT
-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
-A ufw-before-input -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A ufw-before-input -p udp -m udp --sport 67 --dport 68 -j ACCEPT
-A ufw-before-input -j ufw-not-local
-A ufw-before-input -d 224.0.0.251/32 -p udp -m udp --dport 5353 -j ACCEPT
-A ufw-before-input -j ufw-user-input
-A ufw-logging-deny -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "
-A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN
-A ufw-not-local -m addrtype --dst-type MULTICAST -j RETURN
-A ufw-not-local -m limit --limit 3/min --limit-burst 10 -j ufw-logging-deny
-A ufw-not-local -j DROP
-A ufw-skip-to-policy-input -j DROP
)";

}  // namespace fapfon::firewall
