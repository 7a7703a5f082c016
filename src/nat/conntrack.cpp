// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/conntrack.hpp"

namespace fapfon::nat {
namespace {

using Arguments = std::vector<std::string>;

Arguments deletion(const Prefix& range, const SocketAddress& box, const char* protocol, Connections which) {
  const char* family = box.ip.is_v6() ? "ipv6" : "ipv4";
  const std::string address = box.ip.to_string();
  Arguments arguments{"-D",
                      "-f",
                      family,
                      "-p",
                      protocol,
                      "-s",
                      range.to_string(),
                      "-d",
                      address,
                      "--dport",
                      std::to_string(box.port)};
  switch (which) {
    case Connections::not_translated:
      arguments.insert(arguments.end(), {"-r", address});  // whose answers come from the Box
      break;
    case Connections::translated:
      arguments.emplace_back("--dst-nat");
      break;
    case Connections::all:
      break;
  }
  return arguments;
}

}  // namespace

std::vector<Arguments> conntrack_deletions(const std::vector<FamilyPart>& parts, Connections which) {
  std::vector<Arguments> deletions;
  for (const FamilyPart& part : parts) {
    for (const Prefix& range : part.vpn) {
      for (const SocketAddress& box : part.boxes) {
        for (const char* protocol : {"udp", "tcp"})
          deletions.push_back(deletion(range, box, protocol, which));
      }
    }
  }
  return deletions;
}

}  // namespace fapfon::nat
