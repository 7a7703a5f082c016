// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/interfaces.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <memory>

#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "net/fd.hpp"

namespace fapfon::net {
namespace {

IpAddress address_of(const sockaddr* address) {
  sockaddr_storage storage{};
  const bool is_v4 = address->sa_family == AF_INET;
  std::memcpy(&storage, address, is_v4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
  return SocketAddress::from(storage).ip;
}

unsigned length_of(const IpAddress& mask) {
  unsigned length = 0;
  for (const std::uint8_t byte : mask.bytes()) {
    for (unsigned bit = 0x80; bit != 0; bit >>= 1U) length += (byte & bit) != 0 ? 1 : 0;
  }
  return length;
}

bool is_link_local_ip6(const IpAddress& ip) {
  return ip.is_v6() && ip.bytes()[0] == 0xfe && (ip.bytes()[1] & 0xc0U) == 0x80U;
}

unsigned mtu_of(const std::string& name) {
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  const Fd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (::ioctl(socket.number(), SIOCGIFMTU, &request) != 0) return 0;
  return static_cast<unsigned>(request.ifr_mtu);
}

/// Not from getifaddrs, which does not give the type of a link without a hardware address, such as a tunnel.
unsigned hardware_of(const std::string& name) {
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  const Fd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (::ioctl(socket.number(), SIOCGIFHWADDR, &request) != 0) return ARPHRD_VOID;
  return request.ifr_hwaddr.sa_family;
}

/// WireGuard and tun have no link layer (ARPHRD_NONE), PPP has its own; a tap is an Ethernet with tun_flags.
bool is_vpn(const std::string& name, unsigned hardware) {
  if (hardware == ARPHRD_NONE || hardware == ARPHRD_PPP) return true;
  std::error_code ignored;
  return hardware == ARPHRD_ETHER &&
         std::filesystem::exists("/sys/class/net/" + name + "/tun_flags", ignored);
}

Interface& named(Interfaces& interfaces, const std::string& name) {
  const auto found = std::find_if(interfaces.begin(), interfaces.end(),
                                  [&](const Interface& interface) { return interface.name == name; });
  if (found != interfaces.end()) return *found;
  Interface interface;
  interface.name = name;
  interface.mtu_bytes = mtu_of(name);
  interface.is_vpn = is_vpn(name, hardware_of(name));
  return interfaces.emplace_back(std::move(interface));
}

void take(const ifaddrs& entry, Interfaces& interfaces) {
  if ((entry.ifa_flags & IFF_LOOPBACK) != 0) return;
  Interface& interface = named(interfaces, entry.ifa_name);
  interface.is_up = (entry.ifa_flags & IFF_UP) != 0;
  if (entry.ifa_addr == nullptr) return;
  if (entry.ifa_addr->sa_family != AF_INET && entry.ifa_addr->sa_family != AF_INET6) return;
  const IpAddress ip = address_of(entry.ifa_addr);
  if (is_link_local_ip6(ip) || entry.ifa_netmask == nullptr) return;
  sockaddr_storage mask{};
  std::memcpy(&mask, entry.ifa_netmask, ip.is_v4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
  mask.ss_family = entry.ifa_addr->sa_family;
  interface.addresses.push_back({ip, length_of(SocketAddress::from(mask).ip)});
}

}  // namespace

Interfaces interfaces_of_this_machine() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{list, &::freeifaddrs};
  Interfaces interfaces;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) take(*entry, interfaces);
  return interfaces;
}

}  // namespace fapfon::net
