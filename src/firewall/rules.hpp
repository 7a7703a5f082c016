// SPDX-License-Identifier: GPL-2.0-or-later
// The packet rules of this machine as values, whoever made them and with whichever tool: nftables and
// iptables are read into the same chains (nft_listing.hpp, iptables_listing.hpp). What a rule asks that is
// not understood here is kept as Match::What::unknown. Left out: the counters of rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/port_range.hpp"
#include "base/prefix.hpp"
#include "base/socket_address.hpp"

namespace fapfon::firewall {

/// All addresses from `first` to `last`, both included and of one family.
struct AddressRange {
  IpAddress first;
  IpAddress last;

  /// From the network's first address to its last.
  static AddressRange of(const Prefix& prefix);
  /// The smallest network that contains both ends; the inverse of of().
  [[nodiscard]] Prefix covering() const noexcept;
  [[nodiscard]] bool contains(const IpAddress& ip) const noexcept;
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
    connection_state,
    one_of,  ///< a set of combinations ("ip daddr . udp dport"): all matches of one alternative
    unknown,
  };

  /// What the kernel knows of a packet's connection. `other`: related, invalid, untracked, source translated:
  /// never true for the packets that we ask about.
  enum class ConnectionState : std::uint8_t { fresh, established, destination_translated, other };

  What what = What::unknown;
  bool is_negated = false;
  // Which of the lists counts follows from `what`; the match holds when one of its elements does.
  std::vector<AddressRange> addresses = {};
  std::vector<PortRange> ports = {};
  std::vector<Transport> transports = {};  ///< none: of a protocol that carries neither SIP nor audio
  std::vector<ConnectionState> states = {};
  std::vector<std::string> interfaces = {};  ///< "wg0"; "tun*" for all whose name starts so
  std::vector<std::vector<Match>> alternatives = {};
};

/// What a rule does with a packet for which all of its conditions hold.
struct Action {
  enum class Kind : std::uint8_t {
    accept,
    drop,
    back,  ///< RETURN: return to the calling chain
    jump,
    go_to,
    translate_destination,
    redirect,
    translate_source,
    masquerade,
    set_helper,
    set_template,  ///< says how to track the connection, but names no helper (CT --zone, ct zone set)
    undecided,     ///< may accept, drop or let pass: a queue to a program, an extension that is not known
    other,
  };

  Kind kind = Kind::other;
  std::string name = {};                   ///< chain of a jump, type of a helper
  IpAddress address = {};                  ///< of a translation; none when the rule computes it
  std::optional<std::uint16_t> port = {};  ///< of a translation; none when it stays
};

struct Rule {
  std::vector<Match> matches;   ///< all must hold
  std::vector<Action> actions;  ///< in this order
  std::string comment;          ///< what its owner wrote on it; empty for none
  std::string text;             ///< as its own tool shows it
  std::string remove;           ///< the command that deletes it
};

enum class Tool : std::uint8_t { nft, iptables };
/// Where in the kernel's path a chain begins; none for chains that are only jumped to.
enum class Hook : std::uint8_t { none, prerouting, input, forward, output, postrouting };

/// A list of rules, with the place from which the kernel enters it.
struct Chain {
  Tool tool = Tool::nft;
  std::string family;  ///< "ip", "ip6" or "inet"
  std::string table;
  std::string name;
  Hook hook = Hook::none;
  int priority = 0;  ///< of the chains at one hook the lowest comes first
  bool is_nat = false;
  bool drops_by_default = false;  ///< its policy, for packets that no rule decides about
  std::string program = {};       ///< that edits it, of iptables: "iptables", "ip6tables-legacy"
  std::vector<Rule> rules = {};

  /// Whether packets of this family come to it.
  [[nodiscard]] bool sees(Family ip_family) const noexcept;
};

/// The chains of all tables, in the order of the listing.
using PacketRules = std::vector<Chain>;

}  // namespace fapfon::firewall
