// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall/nft_listing.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include <boost/json.hpp>

namespace fapfon::firewall {
namespace {

namespace json = boost::json;
using What = Match::What;
using Kind = Action::Kind;
/// Family, table, name.
using Named = std::tuple<std::string, std::string, std::string>;

std::string text_of(const json::value* value) {
  return value != nullptr && value->is_string() ? std::string{value->get_string().c_str()} : std::string{};
}

std::string text_in(const json::object& object, ByteView key) {
  return text_of(object.if_contains({key.data(), key.size()}));
}

std::int64_t number_in(const json::object& object, ByteView key) {
  const json::value* value = object.if_contains({key.data(), key.size()});
  if (value == nullptr) return 0;
  if (value->is_int64()) return value->get_int64();
  return value->is_uint64() ? static_cast<std::int64_t>(value->get_uint64()) : 0;
}

const json::object* object_in(const json::object& object, ByteView key) {
  const json::value* value = object.if_contains({key.data(), key.size()});
  return value == nullptr ? nullptr : value->if_object();
}

Named name_of(const json::object& object, ByteView name_key) {
  return {text_in(object, "family"), text_in(object, "table"), text_in(object, name_key)};
}

std::optional<std::uint16_t> port_of(const json::value& value) {
  if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(value.get_int64());
}

Hook hook_of(ByteView name) {
  if (name == "prerouting") return Hook::prerouting;
  if (name == "input") return Hook::input;
  if (name == "forward") return Hook::forward;
  if (name == "output") return Hook::output;
  return name == "postrouting" ? Hook::postrouting : Hook::none;
}

/// The elements of an expression on the right side of a match: one value, a set, or a list of flags.
std::vector<json::value> elements_of(const json::value& right,
                                     const std::map<std::string, json::value>& sets) {
  if (right.is_string() && right.get_string().starts_with('@')) {
    const auto named = sets.find(std::string{right.get_string().c_str()}.substr(1));
    return named == sets.end() ? std::vector<json::value>{} : elements_of(named->second, sets);
  }
  if (const json::array* list = right.if_array()) return {list->begin(), list->end()};
  const json::object* object = right.if_object();
  const json::value* inner = object == nullptr ? nullptr : object->if_contains("set");
  return inner == nullptr ? std::vector<json::value>{right} : elements_of(*inner, sets);
}

/// An element with a time-out or a comment: {"elem": {"val": ...}}.
const json::value& bare(const json::value& element) {
  const json::object* object = element.if_object();
  const json::object* wrapped = object == nullptr ? nullptr : object_in(*object, "elem");
  const json::value* value = wrapped == nullptr ? nullptr : wrapped->if_contains("val");
  return value == nullptr ? element : *value;
}

std::optional<std::pair<json::value, json::value>> ends_of_range(const json::value& element) {
  const json::object* object = element.if_object();
  const json::value* range = object == nullptr ? nullptr : object->if_contains("range");
  const json::array* ends = range == nullptr ? nullptr : range->if_array();
  if (ends == nullptr || ends->size() != 2) return std::nullopt;
  return std::pair{(*ends)[0], (*ends)[1]};
}

std::optional<AddressRange> address_range_of(const json::value& element) {
  if (const auto ends = ends_of_range(element)) {
    const auto first = IpAddress::parse(text_of(&ends->first));
    const auto last = IpAddress::parse(text_of(&ends->second));
    return first && last ? std::optional{AddressRange{*first, *last}} : std::nullopt;
  }
  std::string text = text_of(&element);
  const json::object* object = element.if_object();
  if (const json::object* prefix = object == nullptr ? nullptr : object_in(*object, "prefix")) {
    text = text_in(*prefix, "addr") + '/' + std::to_string(number_in(*prefix, "len"));
  }
  const auto prefix = Prefix::parse(text);
  return prefix ? std::optional{AddressRange::of(*prefix)} : std::nullopt;
}

std::optional<PortRange> port_range_of(const json::value& element) {
  const auto ends = ends_of_range(element);
  const auto first = port_of(ends ? ends->first : element);
  const auto last = port_of(ends ? ends->second : element);
  return first && last ? std::optional{PortRange{*first, *last}} : std::nullopt;
}

std::optional<Transport> transport_of(const json::value& element) {
  const std::string text = text_of(&element);
  constexpr std::int64_t kTcp = 6;
  constexpr std::int64_t kUdp = 17;
  if (text == "tcp" || (element.is_int64() && element.get_int64() == kTcp)) return Transport::tcp;
  if (text == "udp" || (element.is_int64() && element.get_int64() == kUdp)) return Transport::udp;
  return std::nullopt;
}

/// What the left side of a match looks at: the kind of expression, and the word in it that says what.
What subject_of(const json::object& left) {
  struct Row {
    const char* expression;
    const char* key;
    const char* word;
    What subject;
  };
  static constexpr Row kRows[] = {{"payload", "field", "saddr", What::source},
                                  {"payload", "field", "daddr", What::destination},
                                  {"payload", "field", "sport", What::source_port},
                                  {"payload", "field", "dport", What::destination_port},
                                  {"payload", "field", "protocol", What::transport},
                                  {"payload", "field", "nexthdr", What::transport},
                                  {"meta", "key", "l4proto", What::transport},
                                  {"meta", "key", "iifname", What::in_interface},
                                  {"meta", "key", "iif", What::in_interface},
                                  {"meta", "key", "oifname", What::out_interface},
                                  {"meta", "key", "oif", What::out_interface},
                                  {"ct", "key", "state", What::connection_state},
                                  {"ct", "key", "status", What::connection_state},
                                  {"fib", "result", "type", What::destination_is_local}};
  for (const Row& row : kRows) {
    const json::object* expression = object_in(left, row.expression);
    if (expression != nullptr && text_in(*expression, row.key) == row.word) return row.subject;
  }
  return What::unknown;
}

/// "tcp dport 5060" and "icmp type 8" ask for the transport as well; "th dport" does not.
std::optional<Match> implied_transport(const json::object& left) {
  const json::object* payload = object_in(left, "payload");
  const std::string protocol = payload == nullptr ? std::string{} : text_in(*payload, "protocol");
  static constexpr ByteView kOthers[] = {"icmp", "icmpv6", "igmp", "sctp", "dccp", "esp", "ah", "comp"};
  Match match{.what = What::transport};
  if (protocol == "tcp") match.transports.push_back(Transport::tcp);
  if (protocol == "udp") match.transports.push_back(Transport::udp);
  const bool is_other = std::ranges::find(kOthers, ByteView{protocol}) != std::end(kOthers);
  return match.transports.empty() && !is_other ? std::nullopt : std::optional{std::move(match)};
}

/// Of "ct state" and "ct status"; none for what is not understood.
std::optional<Match::ConnectionState> state_of(ByteView name) {
  using State = Match::ConnectionState;
  if (name == "new") return State::fresh;
  if (name == "established") return State::established;
  if (name == "dnat") return State::destination_translated;
  const bool is_other = name == "related" || name == "invalid" || name == "untracked" || name == "snat";
  return is_other ? std::optional{State::other} : std::nullopt;
}

class RulesetReader {
 public:
  explicit RulesetReader(ByteView listing) { read_listing(listing); }

  void read(const json::array& entries) {
    for (const json::value& entry : entries) note_names(entry);
    for (const json::value& entry : entries) {
      const json::object* object = entry.if_object();
      if (object == nullptr) continue;
      if (const json::object* chain = object_in(*object, "chain")) add_chain(*chain);
      if (const json::object* rule = object_in(*object, "rule")) add_rule(*rule);
    }
  }

  PacketRules chains;

 private:
  /// Sets and helpers can be named before they are listed.
  void note_names(const json::value& entry) {
    const json::object* object = entry.if_object();
    if (object == nullptr) return;
    if (const json::object* set = object_in(*object, "set")) {
      const json::value* elements = set->if_contains("elem");
      sets_[text_in(*set, "family") + ' ' + text_in(*set, "table")][text_in(*set, "name")] =
          elements == nullptr ? json::value(json::array{}) : *elements;
    }
    if (const json::object* helper = object_in(*object, "ct helper")) {
      helpers_[name_of(*helper, "name")] = text_in(*helper, "type");
    }
  }

  void add_chain(const json::object& object) {
    Chain chain;
    std::tie(chain.family, chain.table, chain.name) = name_of(object, "name");
    chain.hook = hook_of(text_in(object, "hook"));
    chain.priority = static_cast<int>(number_in(object, "prio"));
    chain.is_nat = text_in(object, "type") == "nat";
    chain.drops_by_default = text_in(object, "policy") == "drop";
    chains.push_back(std::move(chain));
  }

  void add_rule(const json::object& object) {
    const Named where = name_of(object, "chain");
    const auto chain = std::find_if(chains.begin(), chains.end(), [&](const Chain& candidate) {
      return Named{candidate.family, candidate.table, candidate.name} == where;
    });
    const json::value* expressions = object.if_contains("expr");
    if (chain == chains.end() || expressions == nullptr || !expressions->is_array()) return;
    const std::string handle = std::to_string(number_in(object, "handle"));
    const std::string place = chain->family + ' ' + chain->table + ' ' + chain->name;
    Rule rule;
    rule.comment = text_in(object, "comment");
    rule.text = texts_[place + ' ' + handle];
    rule.remove = "sudo nft delete rule " + place + " handle " + handle;
    for (const json::value& expression : expressions->get_array()) {
      const json::object* statement = expression.if_object();
      const json::object* map = statement == nullptr ? nullptr : object_in(*statement, "vmap");
      if (map != nullptr) return add_verdict_map(*chain, *map, rule);
      if (statement != nullptr) add_expression(*chain, *statement, rule);
    }
    chain->rules.push_back(std::move(rule));
  }

  /// "ct state vmap { established : accept, invalid : drop }": a rule for each element. Nothing can stand
  /// behind it in its rule.
  void add_verdict_map(Chain& chain, const json::object& map, const Rule& common) {
    const json::object* key = object_in(map, "key");
    const json::object* data = object_in(map, "data");
    const json::value* set = data == nullptr ? nullptr : data->if_contains("set");
    if (key == nullptr || set == nullptr || !set->is_array()) {
      Rule rule = common;
      rule.actions.push_back({.kind = Kind::undecided});
      return chain.rules.push_back(std::move(rule));
    }
    for (const json::value& element : set->get_array()) {
      const json::array* pair = element.if_array();
      if (pair == nullptr || pair->size() != 2) continue;
      chain.rules.push_back(rule_of_element(chain, *key, *pair, common));
    }
  }

  Rule rule_of_element(const Chain& chain, const json::object& key, const json::array& pair,
                       const Rule& common) const {
    Rule rule = common;
    Match match{.what = subject_of(key)};
    if (!read_element(bare(pair[0]), match)) match.what = What::unknown;
    if (auto implied = implied_transport(key)) rule.matches.push_back(std::move(*implied));
    rule.matches.push_back(std::move(match));
    const json::object* verdict = pair[1].if_object();
    if (verdict == nullptr || verdict->empty()) {
      rule.actions.push_back({.kind = Kind::undecided});
    } else {
      rule.actions.push_back(
          action_of(chain, std::string{verdict->begin()->key_c_str()}, verdict->begin()->value()));
    }
    return rule;
  }

  void add_expression(const Chain& chain, const json::object& expression, Rule& rule) {
    if (expression.empty()) return;
    const std::string key{expression.begin()->key_c_str()};
    const json::value& value = expression.begin()->value();
    if (key == "match" && value.is_object()) return add_match(chain, value.get_object(), rule);
    if (key == "xt" && value.is_object()) return add_xt(value.get_object(), rule);
    if (key == "counter" || key == "log" || key == "comment") return;
    // Some packets and not others.
    const bool is_condition = key == "limit" || key == "quota" || key == "ct count" || key == "meter";
    if (is_condition) return rule.matches.push_back({});
    rule.actions.push_back(sets_zone(key, value) ? Action{.kind = Kind::set_template}
                                                 : action_of(chain, key, value));
  }

  /// "ct zone set 0"
  static bool sets_zone(const std::string& statement, const json::value& value) {
    const json::object* object = statement == "mangle" ? value.if_object() : nullptr;
    const json::object* key = object == nullptr ? nullptr : object_in(*object, "key");
    const json::object* ct = key == nullptr ? nullptr : object_in(*key, "ct");
    return ct != nullptr && text_in(*ct, "key") == "zone";
  }

  /// "ip daddr . udp dport { 192.0.2.1 . 5060 }": each element is an alternative.
  static void add_combinations(const json::array& subjects, const std::vector<json::value>& elements,
                               bool is_negated, Rule& rule) {
    Match combined{.what = What::one_of, .is_negated = is_negated};
    for (const json::value& element : elements) {
      const json::object* object = bare(element).if_object();
      const json::value* list = object == nullptr ? nullptr : object->if_contains("concat");
      const json::array* values = list == nullptr ? nullptr : list->if_array();
      if (values == nullptr || values->size() != subjects.size()) continue;
      combined.alternatives.push_back(combination_of(subjects, *values));
    }
    for (const json::value& subject : subjects) {
      const json::object* left = subject.if_object();
      if (auto implied = left == nullptr ? std::nullopt : implied_transport(*left)) {
        rule.matches.push_back(std::move(*implied));
      }
    }
    rule.matches.push_back(std::move(combined));
  }

  static std::vector<Match> combination_of(const json::array& subjects, const json::array& values) {
    std::vector<Match> matches;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      const json::object* left = subjects[i].if_object();
      Match match{.what = left == nullptr ? What::unknown : subject_of(*left)};
      if (!read_element(values[i], match)) match.what = What::unknown;
      matches.push_back(std::move(match));
    }
    return matches;
  }

  void add_match(const Chain& chain, const json::object& object, Rule& rule) {
    const json::object* left = object_in(object, "left");
    const json::value* right = object.if_contains("right");
    const std::string op = text_in(object, "op");
    Match match{.is_negated = op == "!="};
    const bool is_read = left != nullptr && right != nullptr && (op == "==" || op == "!=" || op == "in");
    const json::value* concat = is_read ? left->if_contains("concat") : nullptr;
    if (concat != nullptr && concat->is_array()) {
      const auto elements = elements_of(*right, sets_[chain.family + ' ' + chain.table]);
      return add_combinations(concat->get_array(), elements, match.is_negated, rule);
    }
    if (is_read) {
      match.what = subject_of(*left);
      if (!read_elements(elements_of(*right, sets_[chain.family + ' ' + chain.table]), match)) {
        match.what = What::unknown;
      }
      if (auto implied = implied_transport(*left)) rule.matches.push_back(std::move(*implied));
    }
    rule.matches.push_back(std::move(match));
  }

  /// False when an element is none of the kind that the match asks for.
  static bool read_elements(const std::vector<json::value>& elements, Match& match) {
    return std::all_of(elements.begin(), elements.end(),
                       [&](const json::value& element) { return read_element(bare(element), match); });
  }

  static bool read_element(const json::value& element, Match& match) {
    switch (match.what) {
      case What::source:
      case What::destination:
        return keep(address_range_of(element), match.addresses);
      case What::source_port:
      case What::destination_port:
        return keep(port_range_of(element), match.ports);
      case What::transport:
        if (const auto transport = transport_of(element)) match.transports.push_back(*transport);
        return true;  // icmp and others: no SIP comes by them
      case What::in_interface:
      case What::out_interface:
        match.interfaces.push_back(text_of(&element));
        return !match.interfaces.back().empty();
      case What::destination_is_local:
        return text_of(&element) == "local";
      case What::connection_state:
        return keep(state_of(text_of(&element)), match.states);
      case What::one_of:
      case What::unknown:
        return true;
    }
    return false;
  }

  template <typename T>
  static bool keep(const std::optional<T>& value, std::vector<T>& values) {
    if (value) values.push_back(*value);
    return value.has_value();
  }

  /// A rule that iptables made, seen through nft: the name is all there is.
  static void add_xt(const json::object& object, Rule& rule) {
    const std::string name = text_in(object, "name");
    if (text_in(object, "type") == "match") {
      if (name != "comment") rule.matches.push_back({});
      return;
    }
    Kind kind = Kind::other;
    if (name == "DNAT") kind = Kind::translate_destination;
    if (name == "REDIRECT") kind = Kind::redirect;
    if (name == "SNAT") kind = Kind::translate_source;
    if (name == "MASQUERADE") kind = Kind::masquerade;
    if (name == "NFQUEUE" || name == "SYNPROXY" || name == "TARPIT") kind = Kind::undecided;
    rule.actions.push_back({.kind = kind});
  }

  Action action_of(const Chain& chain, const std::string& key, const json::value& value) const {
    static const std::map<std::string, Kind> kinds = {{"accept", Kind::accept},
                                                      {"drop", Kind::drop},
                                                      {"reject", Kind::drop},
                                                      {"return", Kind::back},
                                                      {"jump", Kind::jump},
                                                      {"goto", Kind::go_to},
                                                      {"dnat", Kind::translate_destination},
                                                      {"redirect", Kind::redirect},
                                                      {"snat", Kind::translate_source},
                                                      {"masquerade", Kind::masquerade},
                                                      {"ct helper", Kind::set_helper},
                                                      {"queue", Kind::undecided},
                                                      {"fwd", Kind::undecided},
                                                      {"synproxy", Kind::undecided},
                                                      {"tproxy", Kind::undecided}};
    const auto kind = kinds.find(key);
    Action action{.kind = kind == kinds.end() ? Kind::other : kind->second};
    if (action.kind == Kind::set_helper) action.name = helper_type(chain, text_of(&value));
    if (const json::object* object = value.if_object()) {
      if (action.kind == Kind::jump || action.kind == Kind::go_to) action.name = text_in(*object, "target");
      action.address = IpAddress::parse(text_in(*object, "addr")).value_or(IpAddress{});
      if (const json::value* port = object->if_contains("port")) action.port = port_of(*port);
    }
    return action;
  }

  std::string helper_type(const Chain& chain, const std::string& name) const {
    const auto helper = helpers_.find(Named{chain.family, chain.table, name});
    return helper == helpers_.end() ? std::string{} : helper->second;
  }

  /// Remembers each rule of `nft -a list ruleset` under "family table chain handle".
  void read_listing(ByteView listing) {
    std::string table;
    std::string chain;
    while (!listing.empty()) {
      const std::size_t end = std::min(listing.find('\n'), listing.size());
      read_listed_line(std::string{listing.substr(0, end)}, table, chain);
      listing.remove_prefix(std::min(end + 1, listing.size()));
    }
  }

  void read_listed_line(const std::string& line, std::string& table, std::string& chain) {
    const std::size_t start = line.find_first_not_of(" \t");
    const std::size_t mark = line.rfind(" # handle ");
    if (start == std::string::npos || mark == std::string::npos || mark < start) return;
    const std::string text = line.substr(start, mark - start);
    const bool opens = text.size() > 2 && text.compare(text.size() - 2, 2, " {") == 0;
    if (opens && text.rfind("table ", 0) == 0) table = text.substr(6, text.size() - 8);
    if (opens && text.rfind("chain ", 0) == 0) chain = text.substr(6, text.size() - 8);
    if (!opens) texts_[table + ' ' + chain + ' ' + line.substr(mark + 10)] = text;
  }

  std::map<std::string, std::map<std::string, json::value>> sets_;  // "family table" -> name -> elements
  std::map<Named, std::string> helpers_;
  std::map<std::string, std::string> texts_;
};

}  // namespace

Expected<PacketRules, std::string> read_nft_rules(ByteView text, ByteView listing) {
  boost::system::error_code error;
  const json::value root = json::parse({text.data(), text.size()}, error);
  const json::object* object = error ? nullptr : root.if_object();
  const json::value* entries = object == nullptr ? nullptr : object->if_contains("nftables");
  if (entries == nullptr || !entries->is_array()) {
    return Unexpected<std::string>("the output of nft is not a ruleset in JSON");
  }
  RulesetReader reader{listing};
  reader.read(entries->get_array());
  return std::move(reader.chains);
}

}  // namespace fapfon::firewall
