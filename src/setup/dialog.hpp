// SPDX-License-Identifier: GPL-2.0-or-later
// The conversation of `fapfon-proxy setup`, from what was found to the text of the settings file: it takes
// what is certain, asks about the rest, and shows what it would write. Lines in, lines out; whoever runs it
// has the terminal, asks the Box and writes the file.
//
//   begin() --> box --> vpn --> confirm --> write, or unchanged
//                |       |        |
//                +-------+--------+--> stop: nothing is written
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "box/box_search.hpp"
#include "setup/settings_edit.hpp"
#include "setup/vpn_ranges.hpp"

namespace fapfon::setup {

/// A SIP server's name for itself, or why there is no answer.
using BoxProbe = Expected<box::Product, std::string>;

/// Everything that is known before the first question.
struct Found {
  std::string file;                      ///< of the settings, as messages call it
  std::string text;                      ///< its contents; empty when it is not there
  std::optional<box::BoxName> box;       ///< from the command line or the settings
  bool box_is_auto = false;              ///< BOX=auto: it is looked for at each start
  BoxProbe probe;                        ///< of `box`
  std::vector<box::FoundBox> answered;   ///< where a FRITZ!Box usually is: who answers there
  std::vector<std::string> silent;       ///< and who does not, a line each with the reason
  std::vector<IpAddress> name_leads_to;  ///< the addresses of fritz.box
  std::vector<Prefix> vpn;               ///< from the command line or the settings
  bool vpn_is_in_file = false;           ///< exactly these come from the settings
  std::vector<VpnRange> ranges;
  bool may_ask = true;  ///< false: --yes
};

/// What the dialog says, and what it wants next.
struct Turn {
  enum class Next : std::uint8_t {
    ask,        ///< show `prompt` and give the line that comes to answer()
    probe,      ///< ask the Box `box` and give the result to probed()
    write,      ///< write Dialog::edited()
    unchanged,  ///< the file says it already
    stop,       ///< nothing is written; `text` says why
  };
  std::string text;  ///< whole lines
  Next next = Next::stop;
  std::string prompt;
  box::BoxName box;
};

class Dialog {
 public:
  /// Answers that cannot be used, before it gives up.
  static constexpr unsigned kMostBadAnswers = 3;

  explicit Dialog(Found found) : found_(std::move(found)) {}

  Turn begin();
  Turn answer(ByteView line);
  Turn probed(const BoxProbe& probe);

  [[nodiscard]] const EditedSettings& edited() const noexcept { return edited_; }

 private:
  enum class State : std::uint8_t { box_choice, box_address, box_keep, range_use, range_text, confirm };

  // --- the Box ---
  Turn look_at_given_box();
  Turn offer_boxes();
  Turn ask_for_box();
  Turn box_chosen(ByteView line);
  Turn box_typed(ByteView line);
  Turn box_kept(bool yes);
  Turn take(const box::FoundBox& box);
  Turn take_box(std::string setting);

  // --- the VPN ---
  Turn look_at_ranges();
  Turn next_range();
  Turn ask_for_range();
  Turn range_typed(ByteView line);
  Turn ranges_done();
  void correct_single_addresses();
  void tell_unserved_ranges();
  [[nodiscard]] bool is_covered(const Prefix& range) const;
  [[nodiscard]] bool serves(const Prefix& range) const;
  void use(const Prefix& range);
  [[nodiscard]] std::string question_about(const VpnRange& range) const;

  // --- the file ---
  Turn show_changes();
  Turn confirmed(bool yes);

  // --- all of them ---
  void say(const std::string& line) { text_ += line + '\n'; }
  Turn ask(State state, std::string prompt);
  /// The same question again, because of `reason`.
  Turn ask_again(const std::string& reason);
  Turn yes_or_no(ByteView line, bool usual, Turn (Dialog::*then)(bool));
  Turn end(Turn::Next next);
  Turn stop(const std::string& reason);
  Turn range_used(bool yes);

  Found found_;
  State state_ = State::box_address;
  std::string text_;
  std::string prompt_;
  unsigned bad_answers_ = 0;
  std::vector<box::FoundBox> choices_;
  bool given_is_choice_ = false;  // the last of the choices is to keep what was given
  box::BoxName typed_;
  std::string box_;             // BOX=
  std::vector<Prefix> ranges_;  // VPN=
  std::size_t at_range_ = 0;
  EditedSettings edited_;
};

/// The FRITZ!Boxes among them, or all when there is none; one that was asked by IPv4 and IPv6 is there once.
std::vector<box::FoundBox> best_boxes(const std::vector<box::FoundBox>& answered);

}  // namespace fapfon::setup
