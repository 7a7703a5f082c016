// SPDX-License-Identifier: GPL-2.0-or-later
// What the program is asked to do (SPEC section 6): the command line before the environment before the
// configuration file. Reading makes values of the right types once, or lines that name the place, the
// cause and the remedy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "base/port_range.hpp"
#include "base/prefix.hpp"
#include "box/box_name.hpp"
#include "box/media_path.hpp"
#include "log/log.hpp"
#include "net/interfaces.hpp"
#include "options/option_table.hpp"
#include "proxy/config.hpp"

namespace fapfon::options {

/// Above the box-facing ports and below net.ipv4.ip_local_port_range, so that no outgoing connection of
/// another program takes them. 1,384 pairs, enough for 692 calls with one stream each.
inline constexpr PortRange kDefaultRtpPorts{30'000, 32'767};

/// What the program is asked to do. Nothing of it changes after the start.
struct Options {
  enum class Task : std::uint8_t {
    run,
    help,
    version,
    check_config,
    nat_setup,
    nat_cleanup,
    nat_show,
    check,
    setup,
    setup_help
  };

  Task task = Task::run;
  std::uint16_t tcp_port = box::kDefaultSipPort;  ///< 0: the kernel chooses
  std::uint16_t udp_port = box::kDefaultSipPort;
  log::Level level = log::Level::info;
  std::string logfile;      ///< empty: stderr; "-": stdout
  std::vector<Prefix> vpn;  ///< the VPN's clients: as named, and the ranges of vpn_interfaces; may be empty
  std::vector<std::string> vpn_interfaces;       ///< "wg0" in VPN or --vpn; may not be there (yet)
  std::vector<Prefix> allow = private_ranges();  ///< who is served (SPEC N4)
  box::MediaOption media = box::MediaOption::automatic;
  PortRange rtp_ports = kDefaultRtpPorts;  ///< a port that another program has is skipped
  std::string state_dir;                   ///< empty: nothing is kept
  std::string config;                      ///< the file that was read; empty for none
  bool json = false;
  bool yes = false;                      ///< setup asks nothing
  std::optional<unsigned> wait_seconds;  ///< how long setup waits for a phone and a call
  bool dump_phone = false;               ///< what phones send
  bool dump_box = false;                 ///< what the Box sends
  proxy::Config core;
  std::optional<box::BoxName> box;  ///< none: look for one
  bool box_is_set = false;          ///< a source names it, even if only as "auto"
};

/// Where options come from.
struct Sources {
  std::vector<std::string> arguments;                            ///< without the program's name
  std::vector<std::pair<std::string, std::string>> environment;  ///< all of it
  std::function<Expected<std::string, std::string>(const std::string& path)> read_file;
  std::size_t descriptor_count = 0;  ///< what the limits that are not given derive from
  /// What the names of interfaces and single addresses in --vpn are compared with; none: no interfaces.
  std::function<net::Interfaces()> interfaces = {};
};

/// What the sources say, and what is wrong with it. Mistakes are whole lines for the user: the place, the
/// cause and the remedy.
struct ReadOptions {
  Options options;  ///< without what is in `mistakes`
  std::vector<std::string> command_line_mistakes;
  std::vector<std::string> configuration_mistakes;  ///< of the file and of the environment
  /// What can be understood, and is probably not what was meant; lines like the mistakes. In the file: names
  /// that are set twice.
  std::vector<std::string> file_notes = {};
  std::vector<std::string> remarks = {};  ///< on the options as a whole (remarks.hpp)
};

/// Where phones are, as far as the user has named them (--vpn, --allow); empty when neither is given.
std::vector<Prefix> phone_ranges(const Options& options);

/// Ranges of the interfaces named in --vpn that are not served yet: one of them has come up, or has another
/// address now. An interface that has gone changes nothing.
std::vector<Prefix> new_vpn_ranges(const Options& options, const net::Interfaces& interfaces);

/// Reads all sources. Never fails: what cannot be read is a mistake, and the rest is still there.
ReadOptions read_options(const Sources& sources);

/// Limits that fit into this many file descriptors: a phone on TCP costs up to four (its connection,
/// the Box's connection, the UDP socket and the listener of its box-facing address).
Limits limits_for(std::size_t descriptor_count);

}  // namespace fapfon::options
