// SPDX-License-Identifier: GPL-2.0-or-later
// What people read about the options, made from the table: --help, the man page, the completion of bash.
#pragma once

#include <string>

namespace fapfon::options {

/// What --help prints, for 80 columns: usage, commands, and the options in the order of the table.
std::string help_text();
/// What `setup --help` prints.
std::string setup_help_text();
/// The section OPTIONS of the man page, in the language of scdoc(5).
std::string man_options();
/// A whole completion file for bash.
std::string bash_completion();

}  // namespace fapfon::options
