// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/vpn_range.hpp"

#include <algorithm>

#include <net/if.h>

namespace fapfon::box {
namespace {

constexpr unsigned kIp4Bits = 32;
constexpr unsigned kIp6Bits = 128;
/// What networks of people have.
constexpr unsigned kUsualIp4Length = 24;
constexpr unsigned kUsualIp6Length = 64;
/// The largest blocks that one owner has; a wider range is of many.
constexpr unsigned kWidestIp4Length = 8;
constexpr unsigned kWidestIp6Length = 16;

unsigned bits_of(const IpAddress& ip) {
  return ip.is_v4() ? kIp4Bits : kIp6Bits;
}

bool is_letter(char c) {
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'z';
}

bool is_interface_byte(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == '@';
}

/// 10.208.0.0 is most likely 10.208.0.0/16, and fd00:1:: fd00:1::/64.
std::optional<Prefix> network_with_base(const IpAddress& ip) {
  const unsigned usual = ip.is_v4() ? kUsualIp4Length : kUsualIp6Length;
  if (Prefix{ip, usual}.network().base != ip) return std::nullopt;
  unsigned length = usual;
  while (ip.is_v4() && length > kWidestIp4Length && Prefix{ip, length - 8}.network().base == ip) length -= 8;
  return Prefix{ip, length};
}

}  // namespace

Prefix network_around(const Prefix& address) {
  if (address.length < bits_of(address.base)) return address.network();
  const Prefix shared{IpAddress::v4(100, 64, 0, 0), 10};
  if (shared.contains(address.base)) return shared;
  return Prefix{address.base, address.base.is_v4() ? kUsualIp4Length : kUsualIp6Length}.network();
}

bool is_interface_name(ByteView text) {
  return !text.empty() && text.size() < IFNAMSIZ && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), is_interface_byte);
}

std::vector<Prefix> ranges_of_interface(const net::Interfaces& interfaces, ByteView name) {
  std::vector<Prefix> ranges;
  for (const net::Interface& interface : interfaces) {
    if (interface.name != name) continue;
    for (const Prefix& address : interface.addresses) ranges.push_back(network_around(address));
  }
  return ranges;
}

std::optional<Prefix> probably_meant(const Prefix& range, const net::Interfaces& interfaces) {
  if (range.length < bits_of(range.base)) return std::nullopt;
  for (const net::Interface& interface : interfaces) {
    for (const Prefix& address : interface.addresses) {
      const Prefix network = network_around(address);
      if (range.base == address.base || range.base == network.base) return network;
    }
  }
  return network_with_base(range.base);
}

bool is_of_everybody(const Prefix& range) {
  const bool is_private =
      std::any_of(private_ranges().begin(), private_ranges().end(),
                  [&](const Prefix& one) { return one.length <= range.length && one.contains(range.base); });
  return !is_private && range.length < (range.base.is_v4() ? kWidestIp4Length : kWidestIp6Length);
}

}  // namespace fapfon::box
