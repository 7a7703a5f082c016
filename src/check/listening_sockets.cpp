// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/listening_sockets.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <sstream>
#include <system_error>

#include "host/files.hpp"

namespace fapfon::check {
namespace {

namespace fs = std::filesystem;

constexpr ByteView kTcpListens = "0A";  // TCP_LISTEN
constexpr ByteView kUdpOpen = "07";     // an unconnected UDP socket is shown as TCP_CLOSE

std::optional<std::uint16_t> port_in_hex(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  std::uint16_t port = 0;
  const char* const end = address.data() + address.size();
  const auto [stop, error] = std::from_chars(address.data() + colon + 1, end, port, 16);
  return error == std::errc{} && stop == end ? std::optional{port} : std::nullopt;
}

/// sl local rem st tx:rx tr:tm retrnsmt uid timeout inode ...
std::optional<ListeningSocket> socket_in(const std::string& line, Transport transport) {
  std::istringstream words{line};
  std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout;
  std::uint64_t inode = 0;
  if (!(words >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >>
        inode)) {
    return std::nullopt;
  }
  const auto port = port_in_hex(local);
  if (!port || state != (transport == Transport::tcp ? kTcpListens : kUdpOpen)) return std::nullopt;
  return ListeningSocket{transport, *port, inode};
}

/// "socket:[12345]"
std::optional<std::uint64_t> inode_of_link(const std::string& target) {
  constexpr ByteView kStart = "socket:[";
  if (target.rfind(kStart, 0) != 0 || target.back() != ']') return std::nullopt;
  return parse_decimal<std::uint64_t>(
      ByteView{target}.substr(kStart.size(), target.size() - kStart.size() - 1));
}

using Owners = std::map<std::uint64_t, Process>;

void note_sockets_of(const fs::path& process, int pid, Owners& owners) {
  std::error_code error;
  for (fs::directory_iterator link{process / "fd", error}, end; !error && link != end;
       link.increment(error)) {
    std::error_code gone;
    const auto inode = inode_of_link(fs::read_symlink(link->path(), gone).string());
    if (!inode || gone) continue;
    owners.insert({*inode, {pid, shown_name(host::text_of_file((process / "comm").string()).value_or(""))}});
  }
}

Owners socket_owners() {
  Owners owners;
  std::error_code error;
  for (fs::directory_iterator process{"/proc", error}, end; !error && process != end;
       process.increment(error)) {
    const auto pid = parse_decimal<int>(process->path().filename().string());
    if (pid) note_sockets_of(process->path(), *pid, owners);
  }
  return owners;
}

void take_holders(const char* path, Transport transport, std::uint16_t port, const Owners& owners,
                  std::vector<PortHolder>& holders) {
  for (const ListeningSocket& socket :
       read_listening_sockets(host::text_of_file(path).value_or(""), transport)) {
    if (socket.port != port) continue;
    const auto owner = owners.find(socket.inode);
    PortHolder holder{transport, port, {}};
    if (owner != owners.end()) holder.process = owner->second;
    const bool is_known = std::any_of(holders.begin(), holders.end(), [&](const PortHolder& other) {
      return other.transport == transport && other.process && holder.process &&
             other.process->pid == holder.process->pid;
    });
    if (!is_known) holders.push_back(std::move(holder));
  }
}

}  // namespace

std::string shown_name(ByteView comm) {
  std::string name{comm.substr(0, comm.find_last_not_of('\n') + 1)};
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return name;
}

std::vector<ListeningSocket> read_listening_sockets(ByteView table, Transport transport) {
  std::vector<ListeningSocket> sockets;
  std::istringstream lines{std::string{table}};
  for (std::string line; std::getline(lines, line);) {
    if (const auto socket = socket_in(line, transport)) sockets.push_back(*socket);
  }
  return sockets;
}

std::vector<PortHolder> holders_of(std::uint16_t udp_port, std::uint16_t tcp_port) {
  const Owners owners = socket_owners();
  std::vector<PortHolder> holders;
  take_holders("/proc/net/udp", Transport::udp, udp_port, owners, holders);
  take_holders("/proc/net/udp6", Transport::udp, udp_port, owners, holders);
  take_holders("/proc/net/tcp", Transport::tcp, tcp_port, owners, holders);
  take_holders("/proc/net/tcp6", Transport::tcp, tcp_port, owners, holders);
  return holders;
}

}  // namespace fapfon::check
