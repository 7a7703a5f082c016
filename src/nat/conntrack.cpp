// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/conntrack.hpp"

#include <algorithm>
#include <optional>

#include "base/words.hpp"

namespace fapfon::nat {
namespace {

using Arguments = std::vector<std::string>;

const char* family_argument(const IpAddress& ip) {
  return ip.is_v6() ? "ipv6" : "ipv4";
}

Arguments query(const Prefix& range, const SocketAddress& box, const char* protocol) {
  return {"-L",
          "-f",
          family_argument(box.ip),
          "-p",
          protocol,
          "-s",
          range.to_string(),
          "-d",
          box.ip.to_string(),
          "--dport",
          std::to_string(box.port)};
}

/// The values of "src=", "dst=" ... in a line: the first is of the phone's direction, the second of the
/// answers'.
std::vector<ByteView> values_of(const std::vector<ByteView>& words, ByteView key) {
  std::vector<ByteView> values;
  for (const ByteView word : words) {
    if (word.starts_with(key)) values.push_back(word.substr(key.size()));
  }
  return values;
}

std::optional<SocketAddress> socket_address(const std::vector<ByteView>& ips,
                                            const std::vector<ByteView>& ports, std::size_t direction) {
  if (ips.size() <= direction || ports.size() <= direction) return std::nullopt;
  const auto ip = IpAddress::parse(ips[direction]);
  const auto port = parse_decimal<std::uint16_t>(ports[direction]);
  if (!ip || !port) return std::nullopt;
  return SocketAddress{*ip, *port};
}

/// "udp 17 29 src=172.20.11.6 dst=172.30.10.1 sport=5060 dport=5060 src=172.30.10.2 dst=172.20.11.6
/// sport=5060 ..."
std::optional<Connection> connection_in(ByteView line) {
  const auto words = split(line, " ");
  if (words.empty() || (words[0] != "udp" && words[0] != "tcp")) return std::nullopt;
  const auto sources = values_of(words, "src=");
  const auto source_ports = values_of(words, "sport=");
  const auto phone = socket_address(sources, source_ports, 0);
  const auto box = socket_address(values_of(words, "dst="), values_of(words, "dport="), 0);
  const auto answers_from = socket_address(sources, source_ports, 1);
  if (!phone || !box || !answers_from) return std::nullopt;
  return Connection{words[0] == "udp" ? Transport::udp : Transport::tcp, *phone, *box, *answers_from};
}

/// The part whose rules translate this connection. The Box itself and this machine are not phones.
const FamilyPart* part_for(const Connection& connection, const std::vector<FamilyPart>& parts) {
  const IpAddress& phone = connection.phone.ip;
  const auto part = std::find_if(parts.begin(), parts.end(), [&](const FamilyPart& candidate) {
    return std::find(candidate.boxes.begin(), candidate.boxes.end(), connection.box) !=
               candidate.boxes.end() &&
           is_in(phone, candidate.vpn);
  });
  if (part == parts.end() || phone == part->local) return nullptr;
  const bool is_box = std::any_of(part->boxes.begin(), part->boxes.end(),
                                  [&](const SocketAddress& box) { return box.ip == phone; });
  return is_box ? nullptr : &*part;
}

}  // namespace

std::vector<Arguments> conntrack_queries(const std::vector<FamilyPart>& parts) {
  std::vector<Arguments> queries;
  for (const FamilyPart& part : parts) {
    for (const Prefix& range : part.vpn) {
      for (const SocketAddress& box : part.boxes) {
        queries.push_back(query(range, box, "udp"));
        queries.push_back(query(range, box, "tcp"));
      }
    }
  }
  return queries;
}

std::vector<Connection> connections_in(ByteView listing) {
  std::vector<Connection> connections;
  for (const ByteView line : lines_of(listing)) {
    if (const auto connection = connection_in(line)) connections.push_back(*connection);
  }
  return connections;
}

bool is_on_right_path(const Connection& connection, const Interception& interception) {
  const auto parts = family_parts(interception);
  const FamilyPart* part = part_for(connection, parts);
  if (part == nullptr) return connection.answers_from == connection.box;
  const bool is_udp = connection.transport == Transport::udp;
  const std::uint16_t port = is_udp ? interception.udp_port : interception.tcp_port;
  // REDIRECT goes to the address of whatever interface the packet came by.
  return connection.answers_from.port == port && (!part->local || connection.answers_from.ip == part->local);
}

Arguments conntrack_deletion(const Connection& connection) {
  return {"-D",
          "-f",
          family_argument(connection.box.ip),
          "-p",
          std::string{to_text(connection.transport)},
          "-s",
          connection.phone.ip.to_string(),
          "-d",
          connection.box.ip.to_string(),
          "--sport",
          std::to_string(connection.phone.port),
          "--dport",
          std::to_string(connection.box.port)};
}

}  // namespace fapfon::nat
