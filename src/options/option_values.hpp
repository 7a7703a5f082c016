// SPDX-License-Identifier: GPL-2.0-or-later
// The values of options, from text to their types: one reader for each row of option_table.hpp. A reader
// changes nothing when it cannot read the value.
#pragma once

#include <optional>
#include <string>

namespace fapfon::options {

struct Options;
struct Setting;

/// What is wrong with a value and what to write instead, after the place where it stands; none when it was
/// read.
using ReadError = std::optional<std::string>;
/// Puts the value of a setting into the options.
using ReadOption = ReadError (*)(const Setting& setting, Options& out);
/// Empties the list of an option.
using ClearOption = void (*)(Options& out);

namespace read {

ReadError allow(const Setting& setting, Options& out);
/// "auto" has the Box looked for, whatever a source before said.
ReadError box(const Setting& setting, Options& out);
ReadError check_config(const Setting& setting, Options& out);
ReadError config(const Setting& setting, Options& out);
ReadError dump(const Setting& setting, Options& out);
ReadError help(const Setting& setting, Options& out);
ReadError json(const Setting& setting, Options& out);
ReadError logfile(const Setting& setting, Options& out);
ReadError max_expires(const Setting& setting, Options& out);
ReadError max_flows(const Setting& setting, Options& out);
ReadError max_flows_per_source(const Setting& setting, Options& out);
ReadError max_lines(const Setting& setting, Options& out);
ReadError max_lines_per_source(const Setting& setting, Options& out);
ReadError max_pending_per_line(const Setting& setting, Options& out);
ReadError media(const Setting& setting, Options& out);
ReadError nat_report(const Setting& setting, Options& out);
/// Both ports, TCP and UDP.
ReadError port(const Setting& setting, Options& out);
ReadError rtp_ports(const Setting& setting, Options& out);
ReadError state(const Setting& setting, Options& out);
ReadError tcp_port(const Setting& setting, Options& out);
ReadError udp_port(const Setting& setting, Options& out);
ReadError verbose(const Setting& setting, Options& out);
ReadError version(const Setting& setting, Options& out);
ReadError vpn(const Setting& setting, Options& out);
ReadError wait(const Setting& setting, Options& out);
ReadError yes(const Setting& setting, Options& out);

}  // namespace read

namespace clear {

void allow(Options& out);
void dump(Options& out);
void vpn(Options& out);

}  // namespace clear
}  // namespace fapfon::options
