// SPDX-License-Identifier: GPL-2.0-or-later
// Findings as people and as scripts read them. Pure text; who prints it knows the terminal.
#pragma once

#include <string>

#include "check/finding.hpp"

namespace fapfon::check {

/// For an 80-column terminal: words are wrapped, commands never are, so that they can be copied. Colours
/// only mark the verdict, which also stands there as a word.
std::string to_report(const Findings& findings, bool is_coloured);

/// {"verdict", "exit_code", "findings": [{"id", "verdict", "seen", "looked_at", "why", "remedy"}]}, where a
/// step of a remedy is {"say": "..."} or {"run": "..."}.
std::string to_json(const Findings& findings);

/// True when standard output is a terminal that may show colours (https://no-color.org is kept).
bool stdout_shows_colours();

}  // namespace fapfon::check
