// SPDX-License-Identifier: GPL-2.0-or-later
// Words of a command line become settings. CLI11 finds options and values; what is asked for is read
// here, so that OPTIONS= in the configuration file means what it meant in the seed.
#pragma once

#include <string>
#include <vector>

#include "options/setting.hpp"

namespace fapfon::options {

/// What stands on a command line, by kind; what cannot be read is in settings.mistakes.
struct CommandLine {
  Settings settings;
  std::vector<const OptionRow*> flags;  ///< --help, --version, --check-config, --json
  std::vector<std::string> arguments;   ///< "nat", "setup", BOX_ADDRESS ...
};

/// `place` comes before the name of an option in errors: "" or "FILE:4: OPTIONS: ".
CommandLine read_command_line(const std::vector<std::string>& words, const std::string& place);

}  // namespace fapfon::options
