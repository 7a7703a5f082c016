// SPDX-License-Identifier: GPL-2.0-or-later
// Counts phones and calls from what the core notes, for the line of status (setup/activity.hpp).
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>

#include "base/side.hpp"
#include "proxy/action.hpp"
#include "setup/activity.hpp"

namespace fapfon::app {

class ActivityCount {
 public:
  /// `from` is the side of the note's flow, where it has one. True: now() has changed.
  bool count(const proxy::Note& note, Side from);
  bool count(const proxy::CallReport& report);
  /// All lines are gone.
  void forget_phones();

  [[nodiscard]] const setup::Activity& now() const noexcept { return activity_; }

 private:
  void set_registered(proxy::LineId line, bool is_registered);
  void end_call(setup::CallResult result);

  setup::Activity activity_;
  boost::unordered_flat_set<std::uint64_t> registered_;
};

}  // namespace fapfon::app
