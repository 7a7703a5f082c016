// SPDX-License-Identifier: GPL-2.0-or-later
// The seed's interception, for the tests of this folder to change.
#pragma once

#include <string>
#include <vector>

#include "nat/interception.hpp"

namespace fapfon::nat {

inline SocketAddress address(const char* text) {
  return SocketAddress::parse(text).value();
}

inline std::vector<Prefix> ranges(const std::vector<const char*>& range_texts) {
  std::vector<Prefix> parsed;
  for (const char* text : range_texts) parsed.push_back(Prefix::parse(text).value());
  return parsed;
}

/// BOX=172.30.10.1, VPN="172.20.11.0/24 172.20.12.0/24", this machine is 172.30.10.2.
inline Interception seed() {
  Interception interception;
  interception.boxes = {address("172.30.10.1:5060")};
  interception.vpn = ranges({"172.20.11.0/24", "172.20.12.0/24"});
  interception.local_ip4 = address("172.30.10.2:1").ip;
  interception.udp_port = 5060;
  interception.tcp_port = 5060;
  return interception;
}

template <typename T>
std::vector<std::string> texts(const std::vector<T>& values) {
  std::vector<std::string> all;
  for (const T& value : values) all.push_back(value.to_string());
  return all;
}

/// `text` less its first `part`; a text that fits nothing when there is no such part.
inline std::string without(std::string text, const std::string& part) {
  const std::size_t at = text.find(part);
  return at == std::string::npos ? "no such part" : text.erase(at, part.size());
}

}  // namespace fapfon::nat
