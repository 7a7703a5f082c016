// SPDX-License-Identifier: GPL-2.0-or-later
// All options in one table. What the command line accepts, the names in the environment and in the
// configuration file, --help, the man page and the completion of bash derive from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace fapfon::options {

enum class OptionId : std::uint8_t {
  help,
  port,
  tcp_port,
  udp_port,
  verbose,
  logfile,
  dump,
  version,
  vpn,
  allow,
  nat_report,
  max_expires,
  media,
  rtp_ports,
  state,
  max_flows,
  max_flows_per_source,
  max_lines,
  max_lines_per_source,
  max_pending_per_line,
  config,
  check_config,
  json,
  box,  ///< the argument BOX_ADDRESS, which is no row of the table
};

/// What a value is, for the completion of bash and for lists in the environment.
enum class ValueKind : std::uint8_t { none, text, list, file, directory };

struct OptionRow {
  OptionId id;
  ValueKind kind;
  ByteView letter;  ///< "p" for -p, empty for none
  ByteView name;    ///< "port" for --port
  ByteView value;   ///< "PORT"; empty for a flag; in brackets when it may be missing
  ByteView help;
};

/// In the order of --help; the seed's come first.
inline constexpr OptionRow kOptions[] = {
    {OptionId::help, ValueKind::none, "h", "help", "", "This list"},
    {OptionId::port, ValueKind::text, "p", "port", "PORT", "Server SIP_PORT, TCP and UDP (default 5060)"},
    {OptionId::tcp_port, ValueKind::text, "t", "tcp-port", "PORT", "Server SIP_PORT, TCP"},
    {OptionId::udp_port, ValueKind::text, "u", "udp-port", "PORT", "Server SIP_PORT, UDP"},
    {OptionId::verbose, ValueKind::text, "v", "verbose", "[LEVEL]",
     "Verbosity 0:ERROR 1:INFO 2:DETAIL 3:VERBOSE"},
    {OptionId::logfile, ValueKind::file, "l", "logfile", "FILE", "Log file or - (stdout), default: stderr"},
    {OptionId::dump, ValueKind::list, "D", "dump", "{FON|BOX}",
     "Dump FON/BOX messages to stdout (both: give it twice)"},
    {OptionId::version, ValueKind::none, "V", "version", "", "Version information"},
    {OptionId::vpn, ValueKind::list, "", "vpn", "RANGE",
     "Addresses of the VPN's clients, like 10.8.0.0/24; may be repeated"},
    {OptionId::allow, ValueKind::list, "", "allow", "PREFIX",
     "Serve phones from PREFIX too, beside the VPN; may be repeated (neither given: private ranges)"},
    {OptionId::nat_report, ValueKind::text, "", "nat-report", "{via|source|mirror|box}",
     "What phones are told about NAT: their Via port, their source port, their own Contact, or what the Box "
     "saw"},
    {OptionId::max_expires, ValueKind::text, "", "max-expires", "SECONDS",
     "Longest registration granted to a phone on UDP (default 300)"},
    {OptionId::media, ValueKind::text, "", "media", "{auto|direct|relay}",
     "Way of the audio: through this machine only where it must be, never, or always (default auto)"},
    {OptionId::rtp_ports, ValueKind::text, "", "rtp-ports", "FIRST-LAST",
     "UDP ports for audio through this machine (default 30000-32767)"},
    {OptionId::state, ValueKind::directory, "", "state", "DIR",
     "Directory for what survives a restart (nothing is kept there yet)"},
    {OptionId::max_flows, ValueKind::text, "", "max-flows", "COUNT", "Connections of phones in all"},
    {OptionId::max_flows_per_source, ValueKind::text, "", "max-flows-per-source", "COUNT",
     "... from one IP address"},
    {OptionId::max_lines, ValueKind::text, "", "max-lines", "COUNT", "Phone accounts in all"},
    {OptionId::max_lines_per_source, ValueKind::text, "", "max-lines-per-source", "COUNT",
     "... from one IP address"},
    {OptionId::max_pending_per_line, ValueKind::text, "", "max-pending-per-line", "COUNT",
     "Unanswered requests of one account"},
    {OptionId::config, ValueKind::file, "", "config", "FILE",
     "Read BOX, VPN, OPTIONS, LOGFILE, SIP_REDIRECT_PORT and FAPFON_... from FILE first"},
    {OptionId::check_config, ValueKind::none, "", "check-config", "",
     "Read the configuration, tell every mistake in it, and exit"},
    {OptionId::json, ValueKind::none, "", "json", "", "With check: print the findings as JSON"},
};

/// The file that nat, check and --check-config read when --config is not given.
inline constexpr ByteView kDefaultConfig = "/etc/default/fapfon-proxy";

/// Null for what is in no row.
const OptionRow* find_option(OptionId id) noexcept;

/// "FAPFON_TCP_PORT" for --tcp-port; empty for options that ask for a task (--help, --json ...).
std::string environment_name(const OptionRow& row);

/// The option with that name in the environment or the configuration file; FAPFON_BOX is BOX_ADDRESS.
/// None for an unknown name.
std::optional<OptionId> find_by_environment_name(ByteView name);

}  // namespace fapfon::options
