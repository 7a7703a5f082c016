// SPDX-License-Identifier: GPL-2.0-or-later
// What setup says while a phone registers and is called, from what the running program tells (activity.hpp),
// and what it makes of all that in the end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "setup/activity.hpp"

namespace fapfon::setup {

/// One sentence of the summary.
struct Conclusion {
  bool is_good = false;
  std::string text;
};

class Watch {
 public:
  /// What is new, a line each. The first activity tells only whether a phone is there already.
  std::vector<std::string> see(const Activity& activity);

  /// A phone is registered and a call has been answered.
  [[nodiscard]] bool is_done() const;
  /// Something was seen that is wrong: a phone was refused, or a call was silent on one side.
  [[nodiscard]] bool has_trouble() const;
  [[nodiscard]] std::vector<Conclusion> conclusions() const;

 private:
  [[nodiscard]] bool was_refused() const;

  std::optional<Activity> first_;
  Activity last_;
  bool was_registered_ = false;  // at some time
  bool has_rung_ = false;
  CallResult result_ = CallResult::none;  // of the last call that was answered, since the start of the watch
};

}  // namespace fapfon::setup
