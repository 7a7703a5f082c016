// SPDX-License-Identifier: GPL-2.0-or-later
// One option as somebody wrote it, and where: what the command line, the environment and the
// configuration file have in common.
#pragma once

#include <string>
#include <vector>

#include "options/option_table.hpp"

namespace fapfon::options {

struct Setting {
  const OptionRow* option;  ///< lives as long as the program
  std::string value;
  std::string place;  ///< what an error starts with: "--port", "/etc/default/fapfon-proxy:7: OPTIONS: --port"
};

/// What one source sets, in the order it was written, and its mistakes, a line each.
struct Settings {
  std::vector<Setting> values;
  std::vector<std::string> mistakes;
};

/// The value without blanks and typographic quotes around it, which come with text that was copied from a
/// page or a letter. What is not wrapped in them stays as it is.
std::string unwrapped(ByteView value);

/// The length of the typographic quote at the start of the text (UTF-8); 0 for none.
std::size_t typographic_quote_bytes(ByteView text);

/// The words of a list: "10.8.0.0/24 10.9.0.0/24", separated by spaces or commas.
std::vector<std::string> words_of(ByteView text, ByteView separators = " \t,");

/// The values of an option that is written as a variable: a list has several.
std::vector<std::string> values_of(const OptionRow& option, const std::string& text);

/// Puts the settings of one source over what sources before it have set; a list that the source names
/// replaces what was there. What cannot be read is left out and reported in `mistakes`, a line each.
void apply_settings(const Settings& settings, Options& options, std::vector<std::string>& mistakes);

}  // namespace fapfon::options
