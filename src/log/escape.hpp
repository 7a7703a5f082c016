// SPDX-License-Identifier: GPL-2.0-or-later
// Text from the network, made safe to print: whoever sends a message must not be able to write lines
// of the log or control a terminal. Well-formed UTF-8 stays readable (display names have umlauts).
#pragma once

#include <cstddef>
#include <string>

#include "base/bytes.hpp"

namespace fapfon::log {

/// Appends `text` to `out` with control characters and malformed bytes as \r, \n, \t, \\ or \x1b.
void append_escaped(std::string& out, ByteView text);

/// `text` escaped, and cut off with "..." after about `max_bytes`.
std::string escaped(ByteView text, std::size_t max_bytes);

}  // namespace fapfon::log
