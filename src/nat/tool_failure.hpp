// SPDX-License-Identifier: GPL-2.0-or-later
// Why one of the system's tools could not do its work, as one line for the user.
#pragma once

#include <string>

#include "host/program.hpp"

namespace fapfon::nat {

struct ToolFailure {
  std::string line;           ///< "nft: Operation not permitted; ..."
  bool needs_root = false;    ///< trying anything else is useless
  bool said_nothing = false;  ///< it could not be run, or did not end: what is in place is unknown
};

/// What `tool` ("nft") complained about, with the remedy where there is one.
ToolFailure failure_of(const std::string& tool, const host::Finished& finished);

/// The failure of a tool that only root can use.
ToolFailure needs_root(const std::string& tool);

}  // namespace fapfon::nat
