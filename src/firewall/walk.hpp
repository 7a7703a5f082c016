// SPDX-License-Identifier: GPL-2.0-or-later
// A packet that exists only on paper is led through the rules, so that `check` can say which rule decides
// about the phones' SIP, and which rules stand behind it. A condition that is not understood counts as
// "maybe", and a rule that may apply is never blamed. Left out: what the packet looks like after a rule has
// changed it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firewall/rules.hpp"

namespace fapfon::firewall {

/// A packet as far as rules look at it. A port that is 0 is not known.
struct Packet {
  SocketAddress source;
  SocketAddress destination;
  Transport transport = Transport::udp;
  std::string in_interface;   ///< empty: not known
  std::string out_interface;  ///< empty: not known
  bool destination_is_local = false;
  bool is_established = false;  ///< not the first of its connection
  bool is_translated = false;   ///< its destination has been changed (DNAT, REDIRECT)
};

/// A rule that acts on a packet. Both pointers live as long as the rules that were asked.
struct Hit {
  const Chain* chain = nullptr;
  const Rule* rule = nullptr;
  const Action* action = nullptr;
};

/// Whether a condition is true for a packet; none when it cannot be said.
std::optional<bool> holds(const Match& match, const Packet& packet);

/// All actions at this hook that are wanted and reached by the packet, in the order in which the kernel
/// comes to them. The first translation is the one that counts; the search continues behind it, to show what
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

/// What becomes of a packet at the filters of a hook.
struct Fate {
  enum class Kind : std::uint8_t {
    passes,
    dropped,
    undecided,  ///< a rule that may or may not apply decides
  };

  Kind kind = Kind::passes;
  /// Of a packet that is dropped: the base chain, and the rule and its chain; no rule when it was the policy
  /// of the base chain. All live as long as the rules that were asked.
  const Chain* base = nullptr;
  const Chain* chain = nullptr;
  const Rule* rule = nullptr;
};

/// Every base chain at the hook has to accept the packet, and one that drops it is enough.
Fate fate_of(const PacketRules& rules, Hook hook, const Packet& packet);

}  // namespace fapfon::firewall
