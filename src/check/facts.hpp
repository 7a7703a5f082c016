// SPDX-License-Identifier: GPL-2.0-or-later
// Everything that the checks judge by, as values: what the user asked for, and what the host showed. Facts
// are gathered once (collect.hpp) and judged by pure functions (judges.hpp), so that each verdict can be
// tested on paper.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "base/port_range.hpp"
#include "base/prefix.hpp"
#include "base/socket_address.hpp"
#include "box/ask_box.hpp"
#include "box/box_place.hpp"
#include "box/media_path.hpp"
#include "check/listening_sockets.hpp"
#include "firewall/walk.hpp"
#include "nat/setup.hpp"
#include "net/interfaces.hpp"

namespace fapfon::check {

using firewall::Action;
using firewall::Chain;
using firewall::Hit;
using firewall::Hook;
using firewall::Packet;
using firewall::PacketRules;
using firewall::Rule;
using firewall::Tool;
using net::Interface;
using net::Interfaces;

/// What is to be checked: from the configuration file and the command line.
struct Subject {
  std::string configuration_file = "/etc/default/fapfon-proxy";
  bool has_configuration = true;  ///< the file is there
  /// One line for each mistake in it.
  std::vector<std::string> configuration_errors = {};
  /// One line for each line of the file that does not count.
  std::vector<std::string> configuration_notes = {};
  /// The addresses of the Box, the one that the program uses first; or a line why none is known.
  Expected<std::vector<SocketAddress>, std::string> boxes = {};
  /// VPN= and --allow; empty: the private ranges are served.
  std::vector<Prefix> vpn = {};
  std::vector<std::string> vpn_interfaces = {};  ///< named in VPN=; their ranges are in `vpn`
  box::MediaOption media = box::MediaOption::automatic;
  std::uint16_t udp_port = 5060;
  std::uint16_t tcp_port = 5060;
  PortRange audio_ports{30'000, 32'767};       ///< --rtp-ports, of relayed audio
  PortRange box_facing_ports{20'000, 29'999};  ///< where the Box sends SIP
  /// What `fapfon-proxy nat setup` would set up; none when that cannot be.
  std::optional<nat::Interception> interception = {};
};

using BoxReply = Expected<box::BoxAnswer, box::AskFailure>;

/// What the Box's place in the network showed.
struct BoxFacts {
  enum class Neighbour : std::uint8_t {
    unknown,  ///< behind a router, or the kernel has not asked
    present,  ///< a machine has this address
    absent,   ///< nobody answers for it (ARP, neighbour discovery)
  };

  box::BoxPlace place;  ///< its local address is none where no route leads to the Box
  BoxReply reply;       ///< asked from that address
  Neighbour neighbour = Neighbour::unknown;
};

/// The question of SPEC M1, from a VPN-side address.
struct MediaProbe {
  IpAddress from;
  std::string interface;
  BoxReply reply;

  [[nodiscard]] box::Probe as_evidence() const;
};

/// Whether the kernel would drop a packet from `source` that arrives by `interface`, because its own route to
/// `source` leads elsewhere. The kernel itself is asked (`ip route get ... from ... iif ...`).
struct SourceCheck {
  std::string interface;
  IpAddress source;
  int mode = 0;  ///< of rp_filter: 0 off, 1 strict, 2 loose; the greater of "all" and the interface
  bool is_dropped = false;
};

/// forwarding switches of an interface, as in /proc/sys/net/ipv4/conf/NAME/forwarding.
struct Forwarding {
  std::string interface;
  bool is_on = false;
};

struct KernelFacts {
  std::optional<bool> ip4_forwarding;  ///< net.ipv4.ip_forward
  std::optional<bool> ip6_forwarding;  ///< net.ipv6.conf.all.forwarding
  std::vector<Forwarding> ip4_interfaces;
  /// None: the kernel could not be asked (no `ip`).
  std::optional<std::vector<SourceCheck>> source_checks;
  bool gives_helpers_unasked = false;  ///< net.netfilter.nf_conntrack_helper=1, kernels before 6.0
  /// Connections to the Box's SIP port that a SIP helper holds, as `conntrack` shows them.
  std::vector<std::string> helped_connections;
};

/// A VPN that runs inside of a program: nothing of it comes in by an interface.
struct VpnWithoutInterface {
  std::string name;  ///< "Tailscale"
  int pid = 0;
};

struct Facts {
  Subject subject;
  bool is_root = false;
  Interfaces interfaces;
  std::optional<BoxFacts> box;            ///< none when no address is known
  std::optional<MediaProbe> media_probe;  ///< the one that decides
  std::vector<PortHolder> port_holders;
  std::vector<VpnWithoutInterface> vpns_without_interface = {};
  /// Of nft and iptables together, or why they could not be read.
  Expected<PacketRules, std::string> rules;
  /// Rules of ours against what they should be; none when that cannot be said.
  std::optional<nat::State> own_rules;
  KernelFacts kernel;
};

}  // namespace fapfon::check
