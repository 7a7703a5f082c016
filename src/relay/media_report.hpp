// SPDX-License-Identifier: GPL-2.0-or-later
// The quality of a call's media, reported when the call is over: for each stream and direction.
#pragma once

#include <vector>

#include "relay/description.hpp"
#include "relay/reception.hpp"

namespace fapfon::relay {

/// What came from one side.
struct DirectionReport {
  ReceptionFigures figures;
  bool was_expected = false;  ///< at some time both sides had agreed that packets should come
};

struct StreamReport {
  MediaType type = MediaType::audio;
  BothSides<DirectionReport> from;
};

struct MediaReport {
  std::vector<StreamReport> streams;
};

}  // namespace fapfon::relay
