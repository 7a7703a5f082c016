// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall/iptables_listing.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace fapfon::firewall {
namespace {

using What = Match::What;
using Kind = Action::Kind;

struct Word {
  std::string text;
  bool is_quoted = false;  ///< a value, whatever it looks like (a comment may be "-j DROP")

  [[nodiscard]] bool is_option() const { return !is_quoted && (text == "!" || text.rfind('-', 0) == 0); }
};

/// The words of a line; "quoted words" are one.
std::vector<Word> words_of(ByteView line) {
  std::vector<Word> words;
  bool is_quoted = false;
  bool is_open = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == ' ' && !is_quoted) {
      is_open = false;
      continue;
    }
    if (!std::exchange(is_open, true)) words.emplace_back();
    if (c == '"') {
      is_quoted = !is_quoted;
      words.back().is_quoted = true;
    } else if (c == '\\' && is_quoted && i + 1 < line.size()) {
      words.back().text += line[++i];
    } else {
      words.back().text += c;
    }
  }
  return words;
}

std::vector<std::string> parts_of(const std::string& list, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (start <= list.size()) {
    const std::size_t end = std::min(list.find(separator, start), list.size());
    parts.push_back(list.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

struct Place {
  Hook hook = Hook::none;
  int priority = 0;
};

/// Where the built-in chains stand (NF_IP_PRI_... in linux/netfilter_ipv4.h).
Place place_of(const std::string& table, const std::string& chain) {
  Place place;
  if (chain == "PREROUTING") place.hook = Hook::prerouting;
  if (chain == "INPUT") place.hook = Hook::input;
  if (chain == "FORWARD") place.hook = Hook::forward;
  if (chain == "OUTPUT") place.hook = Hook::output;
  if (chain == "POSTROUTING") place.hook = Hook::postrouting;
  if (table == "raw") place.priority = -300;
  if (table == "mangle") place.priority = -150;
  if (table == "nat") place.priority = place.hook == Hook::postrouting ? 100 : -100;
  return place;
}

bool add_addresses(const std::string& list, Match& match) {
  for (const std::string& part : parts_of(list, ',')) {
    const auto prefix = Prefix::parse(part);
    if (!prefix) return false;
    match.addresses.push_back(AddressRange::of(*prefix));
  }
  return true;
}

/// "5060", "5060:5070", "5060,5080:5090".
bool add_ports(const std::string& list, Match& match) {
  for (const std::string& part : parts_of(list, ',')) {
    const std::size_t colon = part.find(':');
    const auto first = parse_decimal<std::uint16_t>(part.substr(0, colon));
    const auto last =
        colon == std::string::npos ? first : parse_decimal<std::uint16_t>(part.substr(colon + 1));
    if (!first || !last) return false;
    match.ports.push_back({*first, *last});
  }
  return true;
}

bool add_transport(const std::string& name, Match& match) {
  if (name == "tcp" || name == "6") match.transports.push_back(Transport::tcp);
  if (name == "udp" || name == "17") match.transports.push_back(Transport::udp);
  return true;
}

void add_states(const std::string& list, Match& match) {
  using State = Match::ConnectionState;
  for (const std::string& part : parts_of(list, ',')) {
    match.states.push_back(part == "NEW"           ? State::fresh
                           : part == "ESTABLISHED" ? State::established
                           : part == "DNAT"        ? State::destination_translated
                                                   : State::other);
  }
}

bool add_interface(std::string name, Match& match) {
  if (!name.empty() && name.back() == '+') name.back() = '*';
  match.interfaces.push_back(std::move(name));
  return true;
}

/// Destination of a translation: "172.30.10.2", "172.30.10.2:5060", "[fd00::2]:5060", "5061-5070".
void set_target(const std::string& text, Action& action) {
  if (const auto port = parse_decimal<std::uint16_t>(text.substr(0, text.find('-')))) {
    action.port = port;
  } else if (const auto ip = IpAddress::parse(text)) {
    action.address = *ip;
  } else if (const auto address = SocketAddress::parse(text)) {
    action.address = address->ip;
    action.port = address->port;
  }
}

Kind kind_of_target(const std::string& name) {
  static const std::map<std::string, Kind> kinds = {{"ACCEPT", Kind::accept},
                                                    {"DROP", Kind::drop},
                                                    {"REJECT", Kind::drop},
                                                    {"RETURN", Kind::back},
                                                    {"DNAT", Kind::translate_destination},
                                                    {"REDIRECT", Kind::redirect},
                                                    {"SNAT", Kind::translate_source},
                                                    {"MASQUERADE", Kind::masquerade},
                                                    {"CT", Kind::set_template},
                                                    {"NFQUEUE", Kind::undecided},
                                                    {"QUEUE", Kind::undecided},
                                                    {"SYNPROXY", Kind::undecided},
                                                    {"TARPIT", Kind::undecided},
                                                    {"TPROXY", Kind::undecided}};
  const auto kind = kinds.find(name);
  return kind == kinds.end() ? Kind::jump : kind->second;
}

/// Reads the words of one "-A CHAIN ..." line.
class RuleReader {
 public:
  explicit RuleReader(std::vector<Word> words) : words_(std::move(words)) {}

  Rule read() {
    for (at_ = 2; at_ < words_.size();) read_option();
    if (action_.kind != Kind::other) rule_.actions.push_back(action_);
    return std::move(rule_);
  }

 private:
  void read_option() {
    const bool is_negated = words_[at_].text == "!";
    if (is_negated) ++at_;
    if (at_ >= words_.size()) return;
    const std::string option = words_[at_++].text;
    std::vector<std::string> values;
    while (at_ < words_.size() && !words_[at_].is_option()) {
      values.push_back(words_[at_++].text);
    }
    const std::string value = values.empty() ? std::string{} : values.front();
    if (!read_target(option, value)) read_match(option, value, is_negated);
  }

  bool read_target(const std::string& option, const std::string& value) {
    if (option == "-j" || option == "-g") {
      action_.kind = option == "-g" ? Kind::go_to : kind_of_target(value);
      if (action_.kind == Kind::jump || action_.kind == Kind::go_to) action_.name = value;
      return true;
    }
    if (option == "--helper" && action_.kind == Kind::set_template) {
      action_.kind = Kind::set_helper;
      action_.name = value;
      return true;
    }
    if (option == "--to-destination" || option == "--to-ports" || option == "--to-source") {
      set_target(value, action_);
      return true;
    }
    if (option == "--comment") rule_.comment = value;
    return is_beside_the_point(option);
  }

  /// Options that load a match (the match's own options follow), or that say nothing about the packet. Those
  /// of targets that only write a log or a mark come after -j.
  [[nodiscard]] bool is_beside_the_point(const std::string& option) const {
    return option == "-m" || option == "--comment" || option == "--reject-with" || option == "--random" ||
           option == "--random-fully" || option == "--persistent" || action_.kind != Kind::other;
  }

  void read_match(const std::string& option, const std::string& value, bool is_negated) {
    static const std::map<std::string, What> subjects = {{"-s", What::source},
                                                         {"-d", What::destination},
                                                         {"-p", What::transport},
                                                         {"-i", What::in_interface},
                                                         {"-o", What::out_interface},
                                                         {"--sport", What::source_port},
                                                         {"--sports", What::source_port},
                                                         {"--dport", What::destination_port},
                                                         {"--dports", What::destination_port},
                                                         {"--dst-type", What::destination_is_local},
                                                         {"--ctstate", What::connection_state},
                                                         {"--state", What::connection_state}};
    const auto subject = subjects.find(option);
    Match match{.what = subject == subjects.end() ? What::unknown : subject->second,
                .is_negated = is_negated};
    if (!read_value(value, match)) match.what = What::unknown;
    rule_.matches.push_back(std::move(match));
  }

  static bool read_value(const std::string& value, Match& match) {
    switch (match.what) {
      case What::source:
      case What::destination:
        return add_addresses(value, match);
      case What::source_port:
      case What::destination_port:
        return add_ports(value, match);
      case What::transport:
        return add_transport(value, match);
      case What::in_interface:
      case What::out_interface:
        return add_interface(value, match);
      case What::destination_is_local:
        return value == "LOCAL";
      case What::connection_state:
        add_states(value, match);
        return true;
      case What::one_of:
      case What::unknown:
        return true;
    }
    return false;
  }

  std::vector<Word> words_;
  std::size_t at_ = 0;
  Rule rule_;
  Action action_;
};

class TableReader {
 public:
  explicit TableReader(const std::string& program) : program_(program) {}

  void read_line(const std::string& line) {
    if (line.rfind('*', 0) == 0) {
      table_ = line.substr(1);
    } else if (line.rfind(':', 0) == 0) {
      add_chain(words_of(line));
    } else if (line.rfind("-A ", 0) == 0) {
      add_rule(line);
    }
  }

  PacketRules chains;

 private:
  /// ":INPUT DROP [0:0]"
  void add_chain(const std::vector<Word>& words) {
    const std::string name = words.front().text.substr(1);
    const Place place = place_of(table_, name);
    Chain chain;
    chain.tool = Tool::iptables;
    chain.table = table_;
    chain.name = name;
    chain.hook = place.hook;
    chain.priority = place.priority;
    chain.family = program_.rfind("ip6", 0) == 0 ? "ip6" : "ip";
    chain.is_nat = table_ == "nat";
    chain.drops_by_default = words.size() > 1 && words[1].text == "DROP";
    chain.program = program_;
    chains.push_back(std::move(chain));
  }

  void add_rule(const std::string& line) {
    auto words = words_of(line);
    const auto chain = std::find_if(chains.begin(), chains.end(), [&](const Chain& candidate) {
      return candidate.table == table_ && words.size() > 1 && candidate.name == words[1].text;
    });
    if (chain == chains.end()) return;
    Rule rule = RuleReader{std::move(words)}.read();
    rule.text = line;
    rule.remove = "sudo " + program_ + " -t " + table_ + " -D" + line.substr(2);
    chain->rules.push_back(std::move(rule));
  }

  const std::string& program_;
  std::string table_;
};

}  // namespace

PacketRules read_iptables_rules(ByteView text, const std::string& program) {
  TableReader reader{program};
  for (const std::string& line : parts_of(std::string{text}, '\n')) reader.read_line(line);
  return std::move(reader.chains);
}

}  // namespace fapfon::firewall
