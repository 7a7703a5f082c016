// SPDX-License-Identifier: GPL-2.0-or-later
// The configuration file (SPEC N2): NAME=value as in /etc/default, with the seed's five names BOX, VPN,
// OPTIONS, LOGFILE and SIP_REDIRECT_PORT, and FAPFON_... for every option. It used to be read by a
// shell, so quotes and comments mean what they mean there; what only a shell could do ($NAME, several
// commands) is reported as a mistake, as is an unknown name. Typographic quotes, no-break spaces and a byte
// order mark, which come from editors and web pages, are read as what they were meant to be.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "options/setting.hpp"

namespace fapfon::options {

struct Assignment {
  std::string name;
  std::string value;
  std::size_t line = 0;  ///< from 1
};

struct Assignments {
  std::vector<Assignment> values;     ///< in the order of the file
  std::vector<std::string> mistakes;  ///< "FILE:7: ..."
};

/// Reads the text of a file that is called `file` in mistakes.
Assignments parse_assignments(ByteView text, const std::string& file);

/// The settings of a file, in the order in which they take effect.
struct Config {
  Settings settings;
  std::vector<std::string> notes = {};  ///< "FILE:9: ..." for each line that does not count
  std::string box_place;  ///< "FILE:3: ", where BOX= stands, or "FILE: " when it is not in the file
};

/// Reads the text of a file that is called `file` in mistakes. Of a name that is set twice the last value
/// counts that is not empty, so that a line added above the empty one of the shipped file does.
Config read_config(ByteView text, const std::string& file);

}  // namespace fapfon::options
