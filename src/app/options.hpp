// SPDX-License-Identifier: GPL-2.0-or-later
// The command line (SPEC section 6). One table names all options: what CLI11 is told, --help and the
// documentation derive from it. Reading makes values of the right types once, or one line that names
// the cause and the remedy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/log.hpp"
#include "base/bytes.hpp"
#include "base/expected.hpp"
#include "base/prefix.hpp"
#include "box/box_name.hpp"
#include "proxy/config.hpp"

namespace fapfon::app {

enum class OptionId : std::uint8_t {
  help,
  port,
  tcp_port,
  udp_port,
  verbose,
  logfile,
  dump,
  version,
  allow,
  nat_report,
  max_expires,
  state,
  max_flows,
  max_flows_per_source,
  max_lines,
  max_lines_per_source,
  max_pending_per_line,
};

struct OptionRow {
  OptionId id;
  ByteView letter;  ///< "p" for -p, empty for none
  ByteView name;    ///< "port" for --port
  ByteView value;   ///< "PORT"; empty for a flag; in brackets when it may be missing
  ByteView help;
};

/// All options, in the order of --help; the seed's come first.
inline constexpr OptionRow kOptions[] = {
    {OptionId::help, "h", "help", "", "This list"},
    {OptionId::port, "p", "port", "PORT", "Server SIP_PORT, TCP and UDP (default 5060)"},
    {OptionId::tcp_port, "t", "tcp-port", "PORT", "Server SIP_PORT, TCP"},
    {OptionId::udp_port, "u", "udp-port", "PORT", "Server SIP_PORT, UDP"},
    {OptionId::verbose, "v", "verbose", "[LEVEL]", "Verbosity 0:ERROR 1:INFO 2:DETAIL 3:VERBOSE"},
    {OptionId::logfile, "l", "logfile", "FILE", "Log file or - (stdout), default: stderr"},
    {OptionId::dump, "D", "dump", "{FON|BOX}", "Dump FON/BOX messages to stdout (both: give it twice)"},
    {OptionId::version, "V", "version", "", "Version information"},
    {OptionId::allow, "", "allow", "PREFIX",
     "Serve phones from PREFIX, like 172.20.0.0/16; may be repeated (default: private ranges)"},
    {OptionId::nat_report, "", "nat-report", "{via|source|mirror}",
     "What phones are told about NAT: their Via port, their source port, or their own Contact"},
    {OptionId::max_expires, "", "max-expires", "SECONDS",
     "Longest registration granted to a phone on UDP (default 300)"},
    {OptionId::state, "", "state", "DIR",
     "Directory for what survives a restart (nothing is kept there yet)"},
    {OptionId::max_flows, "", "max-flows", "COUNT", "Connections of phones in all"},
    {OptionId::max_flows_per_source, "", "max-flows-per-source", "COUNT", "... from one IP address"},
    {OptionId::max_lines, "", "max-lines", "COUNT", "Phone accounts in all"},
    {OptionId::max_lines_per_source, "", "max-lines-per-source", "COUNT", "... from one IP address"},
    {OptionId::max_pending_per_line, "", "max-pending-per-line", "COUNT",
     "Unanswered requests of one account"},
};

/// What the program is asked to do. Sealed after start.
struct Options {
  enum class Task : std::uint8_t { run, help, version };

  Task task = Task::run;
  std::uint16_t tcp_port = box::kDefaultSipPort;  ///< 0: the kernel chooses
  std::uint16_t udp_port = box::kDefaultSipPort;
  Level level = Level::info;
  std::string logfile;                           ///< empty: stderr; "-": stdout
  std::vector<Prefix> allow = private_ranges();  ///< who is served (SPEC N4)
  std::string state_dir;
  proxy::Config core;
  std::optional<box::BoxName> box;  ///< none: look for one
};

/// Limits that fit into this many file descriptors: a phone on TCP costs up to four (its connection,
/// the Box's connection, the UDP socket and the listener of its box-facing address).
Limits limits_for(std::size_t descriptor_count);

/// Reads the command line (without the program's name). `descriptor_count` is what the limits that are
/// not given derive from.
Expected<Options, std::string> read_options(const std::vector<std::string>& arguments,
                                            std::size_t descriptor_count);

std::string help_text();

}  // namespace fapfon::app
