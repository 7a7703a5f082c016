// SPDX-License-Identifier: GPL-2.0-or-later
// Who listens on a port: /proc/net/{tcp,tcp6,udp,udp6} name the socket, /proc/PID/fd its process (proc(5)).
// To see the processes of other users needs root.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::check {

struct ListeningSocket {
  Transport transport = Transport::udp;
  std::uint16_t port = 0;
  std::uint64_t inode = 0;

  friend bool operator==(const ListeningSocket&, const ListeningSocket&) = default;
};

/// The sockets in the text of one /proc/net file that wait for anybody: TCP listeners, and UDP sockets that
/// are not connected.
std::vector<ListeningSocket> read_listening_sockets(ByteView table, Transport transport);

struct Process {
  int pid = 0;
  std::string name;
};

/// The name in /proc/PID/comm, safe to print: any user can give a process any name, and root's terminal
/// shows it.
std::string shown_name(ByteView comm);

/// Who holds a port on this machine.
struct PortHolder {
  Transport transport = Transport::udp;
  std::uint16_t port = 0;
  std::optional<Process> process;  ///< none: not to be seen without root
};

/// The holders of these ports, UDP and TCP; each process once per transport.
std::vector<PortHolder> holders_of(std::uint16_t udp_port, std::uint16_t tcp_port);

}  // namespace fapfon::check
