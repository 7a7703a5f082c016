// SPDX-License-Identifier: GPL-2.0-or-later
// `fapfon-proxy nat setup|cleanup|show` (SPEC N1): the part that runs nft, iptables and conntrack. Needs root
// and keeps nothing: what is set up is read back from the kernel.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "nat/interception.hpp"

namespace fapfon::nat {

/// What was done, a line each, without program name and full stop.
struct Report {
  std::vector<std::string> done;
  std::vector<std::string> warnings;  ///< what works less well than it could, with the remedy
};

enum class State : std::uint8_t {
  absent,     ///< no rules of ours
  current,    ///< the rules of this interception, complete
  different,  ///< ours, but of another configuration, or damaged
};

/// Sets the rules up, or replaces those of an earlier configuration. On failure: one line with cause and
/// remedy.
Expected<Report, std::string> setup(const Interception& interception);

/// Removes all of ours, whatever the configuration was. When there is nothing to remove, that is not an
/// error.
Expected<Report, std::string> cleanup();

/// The rules that setup() would apply, as text. Works without root.
std::string show(const Interception& interception);

/// What is in place now; an error, one line, when it cannot be seen (no root, no tool).
Expected<State, std::string> state(const Interception& interception);

}  // namespace fapfon::nat
