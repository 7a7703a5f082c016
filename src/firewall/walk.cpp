// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall/walk.hpp"

#include <algorithm>
#include <utility>

namespace fapfon::firewall {
namespace {

/// Deeper jumps than the kernel allows (NFT_JUMP_STACK_SIZE) can only be a loop.
constexpr int kMostJumps = 16;

using Kind = Action::Kind;
using What = Match::What;

bool has_address(const Match& match, const IpAddress& ip) {
  return std::any_of(match.addresses.begin(), match.addresses.end(),
                     [&](const AddressRange& range) { return range.contains(ip); });
}

bool has_port(const Match& match, std::uint16_t port) {
  return std::any_of(match.ports.begin(), match.ports.end(),
                     [&](const PortRange& range) { return range.contains(port); });
}

bool has_transport(const Match& match, Transport transport) {
  return std::find(match.transports.begin(), match.transports.end(), transport) != match.transports.end();
}

bool names(const std::string& pattern, const std::string& interface) {
  if (pattern.empty() || pattern.back() != '*') return pattern == interface;
  return interface.compare(0, pattern.size() - 1, pattern, 0, pattern.size() - 1) == 0;
}

std::optional<bool> has_interface(const Match& match, const std::string& interface) {
  if (interface.empty()) return std::nullopt;
  return std::any_of(match.interfaces.begin(), match.interfaces.end(),
                     [&](const std::string& pattern) { return names(pattern, interface); });
}

bool hold_all(const std::vector<Match>& matches, const Packet& packet) {
  return std::all_of(matches.begin(), matches.end(),
                     [&](const Match& match) { return holds(match, packet).value_or(false); });
}

bool holds_one_of(const Match& match, const Packet& packet) {
  return std::any_of(match.alternatives.begin(), match.alternatives.end(),
                     [&](const std::vector<Match>& matches) { return hold_all(matches, packet); });
}

std::optional<bool> holds_as_written(const Match& match, const Packet& packet) {
  switch (match.what) {
    case What::source:
      return has_address(match, packet.source.ip);
    case What::destination:
      return has_address(match, packet.destination.ip);
    case What::source_port:
      return packet.source.port == 0 ? std::nullopt : std::optional{has_port(match, packet.source.port)};
    case What::destination_port:
      return has_port(match, packet.destination.port);
    case What::transport:
      return has_transport(match, packet.transport);
    case What::in_interface:
      return has_interface(match, packet.in_interface);
    case What::out_interface:
      return has_interface(match, packet.out_interface);
    case What::destination_is_local:
      return packet.destination_is_local;
    case What::new_connection:
      return true;
    case What::one_of:
      return holds_one_of(match, packet);
    case What::unknown:
      return std::nullopt;
  }
  return std::nullopt;
}

/// Leads one packet through the chains of one hook.
class Walk {
 public:
  Walk(const PacketRules& rules, const Packet& packet, const std::function<bool(const Action&)>& is_wanted)
      : rules_(rules), packet_(packet), is_wanted_(is_wanted) {}

  /// False when the packet leaves the hook's chain for good (accept, drop).
  bool through(const Chain& chain, int depth) {
    if (depth > kMostJumps) return true;
    for (const Rule& rule : chain.rules) {
      if (!hold_all(rule.matches, packet_)) continue;
      for (const Action& action : rule.actions) {
        const Next next = act(chain, rule, action, depth);
        if (next == Next::leave_chain) return true;
        if (next == Next::end) return false;
      }
    }
    return true;
  }

  std::vector<Hit> hits;

 private:
  enum class Next : std::uint8_t { go_on, leave_chain, end };

  Next act(const Chain& chain, const Rule& rule, const Action& action, int depth) {
    if (is_wanted_(action)) hits.push_back({&chain, &rule, &action});
    switch (action.kind) {
      case Kind::accept:
      case Kind::drop:
        return Next::end;
      case Kind::back:
        return Next::leave_chain;
      case Kind::jump:
        return into(chain, action.name, depth) ? Next::go_on : Next::end;
      case Kind::go_to:
        return into(chain, action.name, depth) ? Next::leave_chain : Next::end;
      case Kind::translate_destination:
      case Kind::redirect:
      case Kind::translate_source:
      case Kind::masquerade:
      case Kind::set_helper:
      case Kind::set_template:
      case Kind::other:
        return Next::go_on;
    }
    return Next::go_on;
  }

  bool into(const Chain& from, const std::string& name, int depth) {
    for (const Chain& chain : rules_) {
      const bool is_it = chain.tool == from.tool && chain.family == from.family &&
                         chain.table == from.table && chain.name == name;
      if (is_it) return through(chain, depth + 1);
    }
    return true;
  }

  const PacketRules& rules_;
  const Packet& packet_;
  const std::function<bool(const Action&)>& is_wanted_;
};

std::vector<const Chain*> chains_at(const PacketRules& rules, Hook hook, Family family) {
  std::vector<const Chain*> chains;
  for (const Chain& chain : rules) {
    if (chain.hook == hook && chain.sees(family)) chains.push_back(&chain);
  }
  std::stable_sort(chains.begin(), chains.end(),
                   [](const Chain* a, const Chain* b) { return a->priority < b->priority; });
  return chains;
}

}  // namespace

std::optional<bool> holds(const Match& match, const Packet& packet) {
  const auto plain = holds_as_written(match, packet);
  return plain ? std::optional{*plain != match.is_negated} : std::nullopt;
}

std::vector<Hit> hits(const PacketRules& rules, Hook hook, const Packet& packet,
                      const std::function<bool(const Action&)>& is_wanted) {
  Walk walk{rules, packet, is_wanted};
  for (const Chain* chain : chains_at(rules, hook, packet.destination.ip.family())) walk.through(*chain, 0);
  return std::move(walk.hits);
}

std::vector<Hit> destination_translations(const PacketRules& rules, const Packet& packet) {
  return hits(rules, Hook::prerouting, packet, [](const Action& action) {
    return action.kind == Kind::translate_destination || action.kind == Kind::redirect;
  });
}

std::vector<Hit> source_translations(const PacketRules& rules, const Packet& packet) {
  return hits(rules, Hook::postrouting, packet, [](const Action& action) {
    return action.kind == Kind::translate_source || action.kind == Kind::masquerade;
  });
}

std::optional<Hit> helper_assignment(const PacketRules& rules, Hook hook, const Packet& packet) {
  const auto found = hits(rules, hook, packet, [](const Action& action) {
    return action.kind == Kind::set_helper || action.kind == Kind::set_template;
  });
  bool has_template = false;
  std::optional<Hit> helper;
  for (const Hit& hit : found) {
    const bool is_template = hit.action->kind == Kind::set_template || hit.chain->tool == Tool::iptables;
    if (is_template && std::exchange(has_template, true)) continue;
    if (hit.action->kind == Kind::set_helper && !helper) helper = hit;
  }
  return helper;
}

}  // namespace fapfon::firewall
