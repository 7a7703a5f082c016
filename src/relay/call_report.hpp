// SPDX-License-Identifier: GPL-2.0-or-later
// How the media of a call was, told when it is over: for each stream and direction.
#pragma once

#include <optional>
#include <vector>

#include "relay/description.hpp"
#include "relay/reception.hpp"

namespace fapfon::relay {

struct StreamReport {
  MediaType type = MediaType::audio;
  Reception from_phone;
  Reception from_box;
  /// Both sides have said that they want the stream; else nothing had to flow.
  bool agreed = false;
};

struct CallReport {
  std::vector<StreamReport> streams;
};

}  // namespace fapfon::relay
