// SPDX-License-Identifier: GPL-2.0-or-later
// What the user can decide about the core. Sealed after start.
#pragma once

#include <chrono>

#include "base/limits.hpp"
#include "rewrite/nat_report.hpp"

namespace fapfon::proxy {

struct Config {
  Limits limits;
  /// What a phone is told about NAT in the Via of a response (H5).
  rewrite::NatReport nat_report = rewrite::NatReport::via;
  /// The longest registration that a phone on UDP is granted (L6).
  std::chrono::seconds max_expires{300};
  bool dump_phone = false;  ///< Dump actions for messages that phones send
  bool dump_box = false;    ///< Dump actions for messages that the Box sends
};

}  // namespace fapfon::proxy
