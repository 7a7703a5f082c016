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

bool has_state(const Match& match, const Packet& packet) {
  using State = Match::ConnectionState;
  return std::any_of(match.states.begin(), match.states.end(), [&](State state) {
    switch (state) {
      case State::fresh:
        return !packet.is_established;
      case State::established:
        return packet.is_established;
      case State::destination_translated:
        return packet.is_translated;
      case State::other:
        return false;
    }
    return false;
  });
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
      return packet.destination.port == 0 ? std::nullopt
                                          : std::optional{has_port(match, packet.destination.port)};
    case What::transport:
      return has_transport(match, packet.transport);
    case What::in_interface:
      return has_interface(match, packet.in_interface);
    case What::out_interface:
      return has_interface(match, packet.out_interface);
    case What::destination_is_local:
      return packet.destination_is_local;
    case What::connection_state:
      return has_state(match, packet);
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
      case Kind::undecided:
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

const Chain* called_chain(const PacketRules& rules, const Chain& from, const std::string& name) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Chain& chain) {
    return chain.tool == from.tool && chain.family == from.family && chain.table == from.table &&
           chain.name == name;
  });
  return found == rules.end() ? nullptr : &*found;
}

/// False as soon as one condition is; none when that depends on one that is not understood.
std::optional<bool> hold_all_or_maybe(const std::vector<Match>& matches, const Packet& packet) {
  bool is_certain = true;
  for (const Match& match : matches) {
    const auto held = holds(match, packet);
    if (held && !*held) return false;
    is_certain = is_certain && held.has_value();
  }
  return is_certain ? std::optional{true} : std::nullopt;
}

/// All that can become of a packet in a chain or by a rule, as far as the rules are understood.
struct Outcomes {
  bool may_accept = false;
  bool may_drop = false;
  bool may_leave = false;        ///< back to the calling chain
  bool may_go_on = false;        ///< to the next rule
  const Chain* chain = nullptr;  // where it is dropped
  const Rule* rule = nullptr;

  void add(const Outcomes& more) {
    may_accept |= more.may_accept;
    may_leave |= more.may_leave;
    if (more.may_drop) {
      may_drop = true;
      chain = more.chain;
      rule = more.rule;
    }
  }
};

/// Leads one packet through the filters of one base chain. Where a condition is not understood both ways are
/// followed.
class Trial {
 public:
  Trial(const PacketRules& rules, const Packet& packet) : rules_(rules), packet_(packet) {}

  Outcomes through(const Chain& chain, int depth) const {
    Outcomes all;
    if (depth > kMostJumps) return {.may_accept = true, .may_drop = true, .may_leave = true};
    for (const Rule& rule : chain.rules) {
      const auto applies = hold_all_or_maybe(rule.matches, packet_);
      if (applies && !*applies) continue;
      const Outcomes one = by_rule(chain, rule, depth);
      all.add(one);
      if (applies && !one.may_go_on) return all;
    }
    all.may_leave = true;
    return all;
  }

 private:
  Outcomes by_rule(const Chain& chain, const Rule& rule, int depth) const {
    Outcomes all{.may_go_on = true};
    for (const Action& action : rule.actions) {
      const Outcomes one = by_action(chain, rule, action, depth);
      all.add(one);
      all.may_go_on = one.may_go_on;
      if (!all.may_go_on) break;
    }
    return all;
  }

  Outcomes by_action(const Chain& chain, const Rule& rule, const Action& action, int depth) const {
    switch (action.kind) {
      case Kind::accept:
        return {.may_accept = true};
      case Kind::drop:
        return {.may_drop = true, .chain = &chain, .rule = &rule};
      case Kind::back:
        return {.may_leave = true};
      case Kind::jump:
      case Kind::go_to:
        return into(chain, action, depth);
      case Kind::undecided:
        return {.may_accept = true, .may_drop = true, .may_go_on = true, .chain = &chain, .rule = &rule};
      case Kind::translate_destination:
      case Kind::redirect:
      case Kind::translate_source:
      case Kind::masquerade:
      case Kind::set_helper:
      case Kind::set_template:
      case Kind::other:
        return {.may_go_on = true};
    }
    return {.may_go_on = true};
  }

  /// A target of iptables that is no chain only writes a log or a mark.
  Outcomes into(const Chain& from, const Action& action, int depth) const {
    const Chain* const called = called_chain(rules_, from, action.name);
    if (called == nullptr) return {.may_go_on = true};
    Outcomes inside = through(*called, depth + 1);
    const bool comes_back = inside.may_leave;
    inside.may_leave = comes_back && action.kind == Kind::go_to;
    inside.may_go_on = comes_back && action.kind == Kind::jump;
    return inside;
  }

  const PacketRules& rules_;
  const Packet& packet_;
};

Fate fate_at(const PacketRules& rules, const Chain& base, const Packet& packet) {
  Outcomes all = Trial{rules, packet}.through(base, 0);
  if (all.may_leave && base.drops_by_default) all.add({.may_drop = true});
  if (all.may_leave && !base.drops_by_default) all.may_accept = true;
  if (!all.may_drop) return {};
  if (all.may_accept) return {.kind = Fate::Kind::undecided};
  return {Fate::Kind::dropped, &base, all.chain == nullptr ? &base : all.chain, all.rule};
}

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

Fate fate_of(const PacketRules& rules, Hook hook, const Packet& packet) {
  Fate fate;
  for (const Chain* base : chains_at(rules, hook, packet.destination.ip.family())) {
    const Fate here = fate_at(rules, *base, packet);
    if (here.kind == Fate::Kind::dropped) return here;
    if (here.kind == Fate::Kind::undecided) fate = here;
  }
  return fate;
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
