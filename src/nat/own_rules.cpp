// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/own_rules.hpp"

#include <algorithm>
#include <optional>

#include "nat/nft_ruleset.hpp"

namespace fapfon::nat {
namespace {

using firewall::Action;
using firewall::Chain;
using firewall::Match;
using firewall::PacketRules;
using firewall::Rule;
using What = Match::What;

const Match* find(const std::vector<Match>& matches, What what) {
  const auto found =
      std::find_if(matches.begin(), matches.end(), [&](const Match& match) { return match.what == what; });
  return found == matches.end() ? nullptr : &*found;
}

/// Our rules name one address and one port in each combination.
std::optional<SocketAddress> box_in(const std::vector<Match>& matches) {
  const Match* const ip = find(matches, What::destination);
  const Match* const port = find(matches, What::destination_port);
  if (ip == nullptr || port == nullptr || ip->addresses.empty() || port->ports.empty()) return std::nullopt;
  return SocketAddress{ip->addresses.front().first, port->ports.front().first};
}

/// nft has a set of combinations, iptables a rule for each.
std::vector<SocketAddress> boxes_in(const Rule& rule) {
  std::vector<SocketAddress> boxes;
  if (const auto box = box_in(rule.matches)) boxes.push_back(*box);
  if (const Match* const set = find(rule.matches, What::one_of)) {
    for (const auto& alternative : set->alternatives) {
      if (const auto box = box_in(alternative)) boxes.push_back(*box);
    }
  }
  return boxes;
}

/// A rule without a source is one for all addresses, which iptables-save leaves out.
std::vector<Prefix> sources_in(const Rule& rule, Family family) {
  const Match* const source = find(rule.matches, What::source);
  if (source == nullptr) return {{IpAddress::from_bytes(family, {}), 0}};
  std::vector<Prefix> ranges;
  for (const firewall::AddressRange& range : source->addresses) ranges.push_back(range.covering());
  return ranges;
}

bool translates(const Rule& rule) {
  return std::any_of(rule.actions.begin(), rule.actions.end(), [](const Action& action) {
    return action.kind == Action::Kind::translate_destination || action.kind == Action::Kind::redirect;
  });
}

/// The rules of ours that translate.
std::vector<const Rule*> translations_in(const PacketRules& rules) {
  std::vector<const Rule*> found;
  for (const Chain& chain : rules) {
    if (!is_own(chain)) continue;
    for (const Rule& rule : chain.rules) {
      if (translates(rule)) found.push_back(&rule);
    }
  }
  return found;
}

std::size_t count_of_comments(const PacketRules& rules, ByteView comment) {
  std::size_t count = 0;
  for (const Chain& chain : rules) {
    const auto has_it = [&](const Rule& rule) { return rule.comment == comment; };
    count += static_cast<std::size_t>(std::count_if(chain.rules.begin(), chain.rules.end(), has_it));
  }
  return count;
}

template <typename T>
void append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

bool is_own(const Chain& chain) {
  return chain.table.starts_with("fapfon_proxy") || chain.name.starts_with("FAPFON-PROXY");
}

std::vector<FamilyPart> intercepted_by(const PacketRules& rules) {
  Interception found;
  found.box_is_here = true;  // where the packets are sent to does not matter here
  for (const Rule* rule : translations_in(rules)) {
    const auto boxes = boxes_in(*rule);
    if (boxes.empty()) continue;
    append(found.vpn, sources_in(*rule, boxes.front().ip.family()));
    append(found.boxes, boxes);
  }
  return family_parts(found);
}

bool nft_table_is_for(const PacketRules& rules, const Interception& interception) {
  const std::size_t families = family_parts(interception).size();
  const std::string mark = "configuration " + nft_fingerprint(interception);
  return families > 0 && count_of_comments(rules, mark) == families &&
         translations_in(rules).size() == 2 * families;
}

}  // namespace fapfon::nat
