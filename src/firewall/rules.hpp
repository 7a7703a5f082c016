// SPDX-License-Identifier: GPL-2.0-or-later
// The packet rules of this machine as values, whoever made them and with whichever tool: nftables and
// iptables are read into the same chains. A packet that exists only on paper is then led through them, so
// that `check` can say which rule decides about the phones' SIP, and which rules stand behind it. What a
// rule asks that is not understood here counts as "maybe", and a rule that may apply is never blamed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/prefix.hpp"
#include "base/socket_address.hpp"

namespace fapfon::firewall {

/// A packet as far as rules look at it.
struct Packet {
  SocketAddress source;
  SocketAddress destination;
  Transport transport = Transport::udp;
  std::string in_interface;   ///< empty: not known
  std::string out_interface;  ///< empty: not known
  bool destination_is_local = false;
};

struct AddressRange {
  IpAddress first;
  IpAddress last;

  static AddressRange of(const Prefix& prefix);
  [[nodiscard]] bool contains(const IpAddress& ip) const noexcept;
};

struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

/// One condition of a rule.
struct Match {
  enum class What : std::uint8_t {
    source,
    destination,
    source_port,
    destination_port,
    transport,
    in_interface,
    out_interface,
    destination_is_local,
    new_connection,  ///< always true for the packets that NAT asks about
    one_of,          ///< a set of combinations ("ip daddr . udp dport"): all matches of one alternative
    unknown,
  };

  What what = What::unknown;
  bool is_negated = false;
  std::vector<AddressRange> addresses = {};
  std::vector<PortRange> ports = {};
  std::vector<Transport> transports = {};
  std::vector<std::string> interfaces = {};  ///< "wg0"; "tun*" for all whose name starts so
  std::vector<std::vector<Match>> alternatives = {};
};

struct Action {
  enum class Kind : std::uint8_t {
    accept,
    drop,
    back,  ///< return to the calling chain
    jump,
    go_to,
    translate_destination,
    redirect,
    translate_source,
    masquerade,
    set_helper,
    set_template,  ///< says how to track the connection, but names no helper (CT --zone, ct zone set)
    other,
  };

  Kind kind = Kind::other;
  std::string name = {};   ///< chain of a jump, type of a helper
  IpAddress address = {};  ///< of a translation; none when the rule computes it
  std::optional<std::uint16_t> port = {};
};

struct Rule {
  std::vector<Match> matches;
  std::vector<Action> actions;
  std::string text;    ///< as its own tool shows it
  std::string remove;  ///< the command that deletes it
};

enum class Tool : std::uint8_t { nft, iptables };
enum class Hook : std::uint8_t { none, prerouting, output, postrouting };

struct Chain {
  Tool tool = Tool::nft;
  std::string family;  ///< "ip", "ip6" or "inet"
  std::string table;
  std::string name;
  Hook hook = Hook::none;
  int priority = 0;
  bool is_nat = false;
  std::vector<Rule> rules = {};

  [[nodiscard]] bool sees(Family ip_family) const noexcept;
};

using PacketRules = std::vector<Chain>;

/// A rule that acts on a packet. Both pointers live as long as the rules that were asked.
struct Hit {
  const Chain* chain = nullptr;
  const Rule* rule = nullptr;
  const Action* action = nullptr;
};

/// Whether a condition is true for a packet; none when it cannot be said.
std::optional<bool> holds(const Match& match, const Packet& packet);

/// All actions at this hook that are wanted and reached by the packet, in the order in which the kernel
/// comes to them. The first translation is the one that counts; the walk goes on behind it, to show what
/// would act if it were not there.
std::vector<Hit> hits(const PacketRules& rules, Hook hook, const Packet& packet,
                      const std::function<bool(const Action&)>& is_wanted);

/// Where a packet of a phone is sent: DNAT and REDIRECT in prerouting.
std::vector<Hit> destination_translations(const PacketRules& rules, const Packet& packet);
/// What hides the source of a packet: SNAT and MASQUERADE in postrouting.
std::vector<Hit> source_translations(const PacketRules& rules, const Packet& packet);
/// The rule whose helper the connection of this packet gets; none when it gets none. A connection has room
/// for one helper and one template, and the first that comes stays: `ct helper set` of nftables gives the
/// helper itself, the target CT of iptables a template with it.
std::optional<Hit> helper_assignment(const PacketRules& rules, Hook hook, const Packet& packet);

}  // namespace fapfon::firewall
