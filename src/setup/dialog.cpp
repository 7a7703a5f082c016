// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/dialog.hpp"

#include <algorithm>
#include <utility>

#include "base/words.hpp"
#include "options/setting.hpp"
#include "setup/setting_text.hpp"
#include "text/translate.hpp"

namespace fapfon::setup {
namespace {

using text::tr;
using text::trf;

ByteView trimmed(ByteView text) {
  constexpr ByteView kSpaces = " \t\r";
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == ByteView::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

/// In English and German, whatever the language of the question is.
std::optional<bool> read_yes_or_no(ByteView line) {
  constexpr ByteView kYes[] = {"y", "yes", "j", "ja"};
  constexpr ByteView kNo[] = {"n", "no", "nein"};
  std::string word{trimmed(line)};
  std::ranges::transform(word, word.begin(), [](char c) { return to_lower(c); });
  if (std::ranges::find(kYes, ByteView{word}) != std::end(kYes)) return true;
  if (std::ranges::find(kNo, ByteView{word}) != std::end(kNo)) return false;
  return std::nullopt;
}

bool is_single(const Prefix& range) {
  return range.length == (range.base.is_v4() ? 32U : 128U);
}

bool contains(const Prefix& outer, const Prefix& inner) {
  return outer.length <= inner.length && outer.contains(inner.base);
}

/// What is wrong with a range that somebody has typed; empty when nothing is.
std::string trouble_with(const std::string& word, const std::optional<Prefix>& range) {
  if (!range) return trf("'{}' is not an address range; write it like 10.8.0.0/24.", word);
  if (is_single(*range)) {
    return trf("{} is a single address; phones have a whole range, like {}/24.", word,
               word.substr(0, word.find('/')));
  }
  if (range->length == 0) return trf("{} is the whole Internet; name the range of the VPN only.", word);
  return {};
}

std::string name_with_product(const box::FoundBox& box) {
  return box.address.ip.to_string() + " (" + box.product.to_string() + ')';
}

std::string as_options(const std::vector<Prefix>& ranges) {
  std::string text;
  for (const Prefix& range : ranges) text += " --vpn=" + range.to_string();
  return text;
}

}  // namespace

std::vector<box::FoundBox> best_boxes(const std::vector<box::FoundBox>& answered) {
  const bool any_fritzbox =
      std::ranges::any_of(answered, [](const box::FoundBox& one) { return one.product.is_fritzbox; });
  std::vector<box::FoundBox> best;
  for (const box::FoundBox& one : answered) {
    const bool is_known = std::ranges::any_of(best, [&](const box::FoundBox& other) {
      const bool is_other_family = other.address.ip.family() != one.address.ip.family();
      return other.address == one.address || (is_other_family && other.product == one.product);
    });
    if (one.product.is_fritzbox == any_fritzbox && !is_known) best.push_back(one);
  }
  return best;
}

// --- the Box

Turn Dialog::begin() {
  choices_ = best_boxes(found_.answered);
  if (found_.box) return look_at_given_box();
  if (found_.box_is_auto) {
    say(tr("BOX=auto stays: the FRITZ!Box is looked for at each start."));
    return take_box("auto");
  }
  if (choices_.size() == 1) return take(choices_.front());
  if (!choices_.empty()) return offer_boxes();
  say(tr("No FRITZ!Box was found."));
  for (const std::string& line : found_.silent) say("  " + line);
  return ask_for_box();
}

Turn Dialog::look_at_given_box() {
  const std::string name = setting_text(*found_.box);
  if (found_.probe) {
    say(trf("FRITZ!Box: {} ({}) answers.", name, found_.probe->to_string()));
    return take_box(name);
  }
  say(trf("The FRITZ!Box {} does not answer: {}.", name, found_.probe.error()));
  if (!found_.may_ask) return take_box(name);
  given_is_choice_ = true;
  if (!choices_.empty()) return offer_boxes();
  typed_ = *found_.box;
  return ask(State::box_keep, tr("Use it anyway? [Y/n] "));
}

Turn Dialog::offer_boxes() {
  if (!found_.may_ask) {
    std::string names;
    for (const box::FoundBox& box : choices_) {
      names += (names.empty() ? "" : ", ") + name_with_product(box);
    }
    return stop(trf("More than one FRITZ!Box answers: {}. Name the right one: fapfon-proxy setup --yes {}",
                    names, choices_.front().address.ip.to_string()));
  }
  say(given_is_choice_ ? tr("Another one answers. Which one is yours?")
                       : tr("More than one FRITZ!Box answers. Which one do the phones belong to?"));
  std::size_t number = 0;
  for (const box::FoundBox& box : choices_)
    say("  " + std::to_string(++number) + "  " + name_with_product(box));
  if (given_is_choice_) {
    say("  " + std::to_string(++number) + "  " + trf("{} (in the settings now)", setting_text(*found_.box)));
  }
  return ask(State::box_choice, tr("Number [1]: "));
}

Turn Dialog::ask_for_box() {
  if (!found_.may_ask) return stop(tr("Name the FRITZ!Box: fapfon-proxy setup --yes 192.168.178.1"));
  say(tr("Its address is on its page fritz.box, under Home Network > Network > Network Settings."));
  return ask(State::box_address, tr("Address of the FRITZ!Box: "));
}

Turn Dialog::box_chosen(ByteView line) {
  const ByteView text = trimmed(line);
  const std::size_t count = choices_.size() + (given_is_choice_ ? 1 : 0);
  const auto number = text.empty() ? std::optional<std::size_t>{1} : parse_decimal<std::size_t>(text);
  if (!number || *number == 0 || *number > count) {
    return ask_again(trf("Please type a number from 1 to {}.", std::to_string(count)));
  }
  if (*number > choices_.size()) return take_box(setting_text(*found_.box));
  return take(choices_[*number - 1]);
}

Turn Dialog::box_typed(ByteView line) {
  const ByteView text = trimmed(line);
  if (text.empty()) return ask_again(tr("Please type an address, like 192.168.178.1, or fritz.box."));
  const auto name = box::parse_box_name(text);
  if (!name) return ask_again(name.error() + '.');
  typed_ = *name;
  Turn turn = end(Turn::Next::probe);
  turn.box = typed_;
  return turn;
}

Turn Dialog::probed(const BoxProbe& probe) {
  const std::string name = setting_text(typed_);
  if (!probe) {
    say(trf("{} does not answer: {}.", name, probe.error()));
    return ask(State::box_keep, tr("Use it anyway? [y/N] "));
  }
  say(trf("FRITZ!Box: {} ({}) answers.", name, probe->to_string()));
  return take_box(name);
}

Turn Dialog::box_kept(bool yes) {
  return yes ? take_box(setting_text(typed_)) : ask_for_box();
}

/// Its address, because that needs no name server when the machine starts; its name where phones may come by
/// IPv6 as well, because only the name leads to both addresses.
Turn Dialog::take(const box::FoundBox& box) {
  say(trf("FRITZ!Box found: {}.", name_with_product(box)));
  const bool has_name = !box.name.name.empty();
  const bool may_use_ip6 = std::ranges::any_of(found_.ranges, [](const VpnRange& range) {
    return range.range.base.is_v6() && range.doubt == Doubt::none;
  });
  const auto leads_to = [&](bool v6) {
    return std::ranges::any_of(found_.name_leads_to, [&](const IpAddress& ip) { return ip.is_v6() == v6; });
  };
  const bool needs_name = box.address.ip.is_v6() || (may_use_ip6 && leads_to(true) && leads_to(false));
  if (has_name && needs_name) return take_box(setting_text(box.name));
  return take_box(setting_text(box::BoxName{box.address.ip, {}, box.address.port}));
}

Turn Dialog::take_box(std::string setting) {
  box_ = std::move(setting);
  return look_at_ranges();
}

// --- the VPN

/// The rules hand over what goes to an address of the Box, and a Box given by its IPv4 address has no other.
bool Dialog::serves(const Prefix& range) const {
  const auto name = box::parse_box_name(box_);
  return !name || !name->ip || name->ip.family() == range.base.family();
}

bool Dialog::is_covered(const Prefix& range) const {
  return std::ranges::any_of(ranges_, [&](const Prefix& one) { return overlaps(one, range); });
}

void Dialog::use(const Prefix& range) {
  std::erase_if(ranges_, [&](const Prefix& one) { return contains(range, one); });
  if (!is_covered(range)) ranges_.push_back(range);
}

/// VPN="10.8.0.0" without its "/24" is one address, and no phone has it.
void Dialog::correct_single_addresses() {
  for (Prefix& given : ranges_) {
    for (const VpnRange& found : found_.ranges) {
      const bool is_its_network = found.doubt == Doubt::none && given.base == found.range.base;
      if (!is_single(given) || !is_its_network || is_single(found.range)) continue;
      say(trf("VPN={} is a single address; {} of {} is meant.", given.base.to_string(),
              found.range.to_string(), found.interface));
      given = found.range;
    }
  }
}

void Dialog::tell_unserved_ranges() {
  for (const VpnRange& found : found_.ranges) {
    if (found.doubt != Doubt::none || is_covered(found.range) || !serves(found.range)) continue;
    say(trf("{} on {} is not served. To serve it as well: fapfon-proxy setup --yes{}",
            found.range.to_string(), found.interface, as_options(ranges_) + as_options({found.range})));
  }
}

Turn Dialog::look_at_ranges() {
  ranges_ = found_.vpn;
  correct_single_addresses();
  if (!found_.vpn.empty()) {
    say(trf("VPN: {} is set.", setting_text(ranges_)));
    if (!found_.may_ask) tell_unserved_ranges();
    return next_range();
  }
  for (const VpnRange& found : found_.ranges) {
    if (found.doubt != Doubt::none) continue;
    if (!serves(found.range)) {
      say(trf("VPN: {} on {} is left out, because the FRITZ!Box is not known by IPv6.",
              found.range.to_string(), found.interface));
      continue;
    }
    say(trf("VPN found: {} on {} ({}).", found.range.to_string(), found.interface,
            std::string{to_text(found.kind)}));
    use(found.range);
  }
  return next_range();
}

/// Asks about the next range that nobody has decided on. With a certain one at hand nobody is asked about
/// doubtful ones.
Turn Dialog::next_range() {
  const bool has_any = !ranges_.empty();
  for (; found_.may_ask && at_range_ < found_.ranges.size(); ++at_range_) {
    const VpnRange& range = found_.ranges[at_range_];
    const bool is_worth_asking = range.doubt == Doubt::none || !has_any;
    if (!is_worth_asking || is_covered(range.range) || !serves(range.range)) continue;
    return ask(State::range_use, question_about(range));
  }
  return ranges_.empty() ? ask_for_range() : show_changes();
}

std::string Dialog::question_about(const VpnRange& range) const {
  const std::string text = range.range.to_string();
  switch (range.doubt) {
    case Doubt::none:
      return trf("{} on {} is not served yet. Serve its phones, too? [Y/n] ", text, range.interface);
    case Doubt::single_address:
      return trf("{} has the single address {}. Are the phones in {}? [Y/n] ", range.interface,
                 range.by.to_string(), text);
    case Doubt::to_internet:
      return trf("{} ({}) leads to the Internet. Do phones connect through it? [Y/n] ", range.interface,
                 text);
    case Doubt::in_home:
      return trf("{} ({}) uses addresses of the home network. Do phones connect through it? [Y/n] ",
                 range.interface, text);
    case Doubt::behind_gateway:
      return trf("{} is reached by {}. Is that the VPN of the phones? [Y/n] ", text, range.by.to_string());
  }
  return {};
}

Turn Dialog::range_used(bool yes) {
  if (yes) use(found_.ranges[at_range_].range);
  ++at_range_;
  return next_range();
}

Turn Dialog::ask_for_range() {
  say(tr("It is not known which addresses the phones have in the VPN."));
  if (!found_.may_ask) {
    return stop(tr("Start the VPN first, or name its range: fapfon-proxy setup --yes --vpn=10.8.0.0/24"));
  }
  say(
      tr("The settings of the VPN server show it: Address in /etc/wireguard/wg0.conf, server in "
         "/etc/openvpn/server.conf."));
  return ask(State::range_text, tr("Address range of the VPN, like 10.8.0.0/24: "));
}

Turn Dialog::range_typed(ByteView line) {
  std::vector<Prefix> typed;
  for (const std::string& word : options::words_of(trimmed(line))) {
    const auto range = Prefix::parse(word);
    const std::string trouble = trouble_with(word, range);
    if (!trouble.empty()) return ask_again(trouble);
    if (!serves(*range)) return ask_again(trf("{} is IPv6, and the FRITZ!Box is known by IPv4 only.", word));
    typed.push_back(range->network());
  }
  if (typed.empty()) return ask_again(tr("Please type the range, like 10.8.0.0/24."));
  for (const Prefix& range : typed) use(range);
  return show_changes();
}

// --- the file

Turn Dialog::show_changes() {
  const bool vpn_is_there = found_.vpn_is_in_file && ranges_ == found_.vpn;
  edited_ = edit_settings(found_.text, {box_, setting_text(ranges_), vpn_is_there});
  const auto mistakes = effective_settings(edited_.text, found_.file).mistakes;
  if (!mistakes.empty()) {
    say(tr("The settings have mistakes that setup cannot correct:"));
    for (const std::string& mistake : mistakes) say("  " + mistake);
    return stop(trf("Correct them, for example with: sudo nano {}", found_.file));
  }
  if (edited_.changes.empty()) {
    say(trf("{} already contains all of this; nothing was changed.", found_.file));
    return end(Turn::Next::unchanged);
  }
  say(trf("This changes in {}:", found_.file));
  for (const LineChange& change : edited_.changes) {
    if (!change.before.empty()) say("  - " + change.before);
    say("  + " + change.after);
  }
  if (!found_.may_ask) return end(Turn::Next::write);
  return ask(State::confirm, tr("Write this and start fapfon-proxy? [Y/n] "));
}

Turn Dialog::confirmed(bool yes) {
  return yes ? end(Turn::Next::write) : stop(tr("Nothing was changed."));
}

// --- all of them

Turn Dialog::answer(ByteView line) {
  switch (state_) {
    case State::box_choice:
      return box_chosen(line);
    case State::box_address:
      return box_typed(line);
    case State::box_keep:
      return yes_or_no(line, found_.box.has_value(), &Dialog::box_kept);
    case State::range_use:
      return yes_or_no(line, true, &Dialog::range_used);
    case State::range_text:
      return range_typed(line);
    case State::confirm:
      return yes_or_no(line, true, &Dialog::confirmed);
  }
  return stop({});
}

Turn Dialog::yes_or_no(ByteView line, bool usual, Turn (Dialog::*then)(bool)) {
  if (trimmed(line).empty()) return (this->*then)(usual);
  const auto yes = read_yes_or_no(line);
  if (!yes) return ask_again(tr("Please answer y or n."));
  return (this->*then)(*yes);
}

Turn Dialog::ask(State state, std::string prompt) {
  state_ = state;
  prompt_ = std::move(prompt);
  bad_answers_ = 0;
  return end(Turn::Next::ask);
}

Turn Dialog::ask_again(const std::string& reason) {
  say(reason);
  if (++bad_answers_ < kMostBadAnswers) return end(Turn::Next::ask);
  return stop(tr("Nothing was changed. Run setup again when you know the answer."));
}

Turn Dialog::end(Turn::Next next) {
  return {std::exchange(text_, {}), next, next == Turn::Next::ask ? prompt_ : std::string{}, {}};
}

Turn Dialog::stop(const std::string& reason) {
  say(reason);
  return end(Turn::Next::stop);
}

}  // namespace fapfon::setup
