// SPDX-License-Identifier: GPL-2.0-or-later
// The parts that both directions, ToBox and ToPhone, work on.
#pragma once

#include "proxy/dialogs.hpp"
#include "proxy/flows.hpp"
#include "proxy/guests.hpp"
#include "proxy/lifetimes.hpp"
#include "proxy/lines.hpp"
#include "proxy/media.hpp"
#include "proxy/situation.hpp"
#include "proxy/transactions.hpp"

namespace fapfon::proxy {

/// References only: Proxy::Parts owns all of them, and they outlive every holder of this struct.
struct Shared {
  const Situation& situation;
  Guests& guests;
  Flows& flows;
  Lines& lines;
  Transactions& transactions;
  Dialogs& dialogs;
  Media& media;
  Lifetimes& lifetimes;
};

}  // namespace fapfon::proxy
