// SPDX-License-Identifier: GPL-2.0-or-later
// All options in one table. What the command line accepts, the names in the environment and in the
// configuration file, --help, the man page and the completion of bash derive from it. A row points to the
// function that reads its value, so a new option is a row, a reader and a member of Options.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "options/option_values.hpp"
#include "text/translate.hpp"

namespace fapfon::options {

using text::tr_later;

/// What a value is, for the completion of bash and for lists in the environment.
enum class ValueKind : std::uint8_t { none, text, list, file, directory };

struct OptionRow {
  ReadOption read;
  ValueKind kind;
  ByteView letter;  ///< "p" for -p, empty for none
  ByteView name;    ///< "port" for --port
  ByteView value;   ///< "PORT"; empty for a flag; in brackets when it may be missing
  ByteView help;    ///< empty: accepted, and not shown, because it does nothing yet
  /// Of a list: empties it, before the first value of a source that names it. Null for a single value.
  ClearOption clear = nullptr;
  /// Read before the other options of a source, in whatever order they stand: it sets what some of them set
  /// one by one.
  bool comes_first = false;
};

/// In the order of --help; the seed's come first.
inline constexpr OptionRow kOptions[] = {
    {read::help, ValueKind::none, "h", "help", "", tr_later("Print this help")},
    {read::port, ValueKind::text, "p", "port", "PORT", tr_later("Listen on PORT, TCP and UDP (default 5060)"),
     nullptr, true},
    {read::tcp_port, ValueKind::text, "t", "tcp-port", "PORT", tr_later("Listen on PORT, TCP only")},
    {read::udp_port, ValueKind::text, "u", "udp-port", "PORT", tr_later("Listen on PORT, UDP only")},
    {read::verbose, ValueKind::text, "v", "verbose", "[LEVEL]",
     tr_later("What is logged: 0 ERROR, 1 INFO (default), 2 DETAIL, 3 VERBOSE")},
    {read::logfile, ValueKind::file, "l", "logfile", "FILE",
     tr_later("Log to FILE; - is stdout (default stderr)")},
    {read::dump, ValueKind::list, "D", "dump", "{FON|BOX}",
     tr_later("Print the messages of phones (FON) or of the Box (BOX) to stdout; give it twice for both"),
     clear::dump},
    {read::version, ValueKind::none, "V", "version", "", tr_later("Print the version")},
    {read::vpn, ValueKind::list, "", "vpn", "RANGE",
     tr_later(
         "Addresses of the VPN clients, like 10.8.0.0/24, or the VPN's interface, like wg0; may be repeated"),
     clear::vpn},
    {read::allow, ValueKind::list, "", "allow", "PREFIX",
     tr_later("Serve phones from PREFIX as well; may be repeated (without --vpn and --allow: all private "
              "addresses)"),
     clear::allow},
    {read::nat_report, ValueKind::text, "", "nat-report", "{via|source|mirror|box}",
     tr_later("Address a phone is told it was seen from: its Via (default), its source port, its own "
              "Contact, or what "
              "the Box saw")},
    {read::max_expires, ValueKind::text, "", "max-expires", "SECONDS",
     tr_later("Longest registration granted to a phone on UDP (default 300)")},
    {read::media, ValueKind::text, "", "media", "{auto|direct|relay}",
     tr_later(
         "Audio path: auto = through this machine only if needed (default), direct = never, relay = always")},
    {read::rtp_ports, ValueKind::text, "", "rtp-ports", "FIRST-LAST",
     tr_later("UDP ports for audio through this machine (default 30000-32767)")},
    {read::state, ValueKind::directory, "", "state", "DIR", ""},
    {read::max_flows, ValueKind::text, "", "max-flows", "COUNT",
     tr_later("Maximum number of phone connections")},
    {read::max_flows_per_source, ValueKind::text, "", "max-flows-per-source", "COUNT",
     tr_later("Maximum number of connections from one IP address that the Box has not accepted")},
    {read::max_lines, ValueKind::text, "", "max-lines", "COUNT",
     tr_later("Maximum number of phone accounts")},
    {read::max_lines_per_source, ValueKind::text, "", "max-lines-per-source", "COUNT",
     tr_later("Maximum number of accounts from one IP address that the Box has not accepted")},
    {read::max_pending_per_line, ValueKind::text, "", "max-pending-per-line", "COUNT",
     tr_later("Maximum number of unanswered requests of one account")},
    {read::config, ValueKind::file, "", "config", "FILE",
     tr_later("Read BOX, VPN, OPTIONS, LOGFILE, SIP_REDIRECT_PORT and FAPFON_... from FILE first")},
    {read::check_config, ValueKind::none, "", "check-config", "",
     tr_later("Read the settings, report every mistake in them, and exit")},
    {read::json, ValueKind::none, "", "json", "", tr_later("With check: print the findings as JSON")},
    {read::yes, ValueKind::none, "", "yes", "", tr_later("With setup: ask nothing (for scripts)")},
    {read::wait, ValueKind::text, "", "wait", "SECONDS",
     tr_later("With setup: time to wait for a phone and a call (default 600, 0 with --yes)")},
};

/// The argument BOX_ADDRESS, which is no row of the table; a variable of the environment and of the file.
inline constexpr OptionRow kBox{read::box, ValueKind::text, "",
                                "box",     "BOX_ADDRESS",   tr_later("Where the FRITZ!Box is")};

/// The file that nat, check and --check-config read when --config is not given.
inline constexpr ByteView kDefaultConfig = "/etc/default/fapfon-proxy";

/// The row of an option that this program's own code names; a name that is in no row does not compile.
consteval const OptionRow& option(ByteView name) {
  for (const OptionRow& row : kOptions) {
    if (row.name == name) return row;
  }
  throw "no option of that name";
}

/// "FAPFON_TCP_PORT" for --tcp-port; empty for options that ask for a task (--help, --json ...).
std::string environment_name(const OptionRow& row);

/// The option with that name in the environment or the configuration file; FAPFON_BOX is BOX_ADDRESS.
/// Null for an unknown name.
const OptionRow* find_by_environment_name(ByteView name);

}  // namespace fapfon::options
