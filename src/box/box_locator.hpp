// SPDX-License-Identifier: GPL-2.0-or-later
// Where the Box is, and which local address leads to it. Asked at start, and again when the Box cannot
// be reached: a name may have got another address, and this machine as well (DHCP). Never asks more often
// than every few seconds, and keeps asking until there is an answer.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "base/time.hpp"
#include "box/box_name.hpp"
#include "box/box_place.hpp"
#include "net/resolver.hpp"
#include "net/timer.hpp"

namespace fapfon::box {

class BoxLocator {
 public:
  using Answer = Expected<BoxPlace, std::string>;

  /// `answered` is called from the loop after each locate(), never from within it.
  BoxLocator(net::Loop& loop, BoxName name, std::function<void(Answer)> answered);

  /// The answer, when it needs no name server.
  [[nodiscard]] std::optional<Answer> locate_now() const;
  /// Looks again, soon.
  void locate();
  [[nodiscard]] const BoxName& name() const noexcept { return name_; }

 private:
  void ask();
  void report(Answer answer);
  [[nodiscard]] Answer place_of(const std::vector<IpAddress>& candidates) const;

  BoxName name_;
  std::function<void(Answer)> answered_;
  net::Resolver resolver_;
  net::Timer timer_;
  bool planned_ = false;      // timer_ is running, or the resolver is
  TimePoint next_allowed_{};  // not asked again before
};

}  // namespace fapfon::box
