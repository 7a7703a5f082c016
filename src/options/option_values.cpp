// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/option_values.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "box/vpn_range.hpp"
#include "options/options.hpp"
#include "options/setting.hpp"
#include "text/translate.hpp"

namespace fapfon::options {
namespace {

using text::tr;
using text::trf;

/// An expiry below this is refused by registrars (RFC 3261 section 10.3: the 423 of "1 hour or less").
constexpr unsigned kLeastExpiresSeconds = 60;
constexpr unsigned kMostExpiresSeconds = 86'400;
constexpr std::size_t kMostCount = 1'000'000;
constexpr int kMostVerbose = 3;

std::string wrong(const Setting& setting, const std::string& remedy) {
  return setting.place + ": '" + setting.value + "' " + remedy;
}

ReadError read_port(const Setting& setting, std::uint16_t& out) {
  const auto port = parse_decimal<std::uint16_t>(setting.value);
  if (!port) return wrong(setting, tr("is not a port; use a number from 0 (any free port) to 65535"));
  out = *port;
  return {};
}

ReadError read_count(const Setting& setting, std::size_t& out) {
  const auto count = parse_decimal<std::size_t>(setting.value);
  if (!count || *count == 0 || *count > kMostCount) {
    return wrong(setting, trf("is not a limit; use a number from 1 to {}", kMostCount));
  }
  out = *count;
  return {};
}

ReadError read_level(const Setting& setting, log::Level& out) {
  const auto level = parse_decimal<int>(setting.value);
  if (!level || *level > kMostVerbose) {
    return wrong(setting, tr("is not a level; use 0 (ERROR), 1 (INFO), 2 (DETAIL) or 3 (VERBOSE)"));
  }
  out = static_cast<log::Level>(*level);
  return {};
}

ReadError read_nat_report(const Setting& setting, rewrite::NatReport& out) {
  using rewrite::NatReport;
  const std::string& value = setting.value;
  constexpr std::pair<ByteView, NatReport> kReports[] = {{"via", NatReport::via},
                                                         {"source", NatReport::source},
                                                         {"mirror", NatReport::mirror},
                                                         {"box", NatReport::box}};
  const auto* known = std::ranges::find(kReports, ByteView(value), &std::pair<ByteView, NatReport>::first);
  if (known == std::end(kReports)) return wrong(setting, tr("is unknown; use via, source, mirror or box"));
  out = known->second;
  return {};
}

ReadError read_media(const Setting& setting, box::MediaOption& out) {
  using box::MediaOption;
  const std::string& value = setting.value;
  if (value != "auto" && value != "direct" && value != "relay") {
    return wrong(setting, tr("is unknown; use auto, direct or relay"));
  }
  out = value == "auto"     ? MediaOption::automatic
        : value == "direct" ? MediaOption::direct
                            : MediaOption::relay;
  return {};
}

std::string text_of(PortRangeError error) {
  switch (error) {
    case PortRangeError::no_range:
      return tr("is not a port range; write the first and the last port, like 30000-32767");
    case PortRangeError::out_of_range:
      return tr("is out of range; use ports from 1024 to 65535");
    case PortRangeError::ends_before_begin:
      return tr("ends before it begins; write the lower port first");
    case PortRangeError::too_small:
      return tr("is too small; it needs an even port and the odd one above it");
  }
  return {};
}

ReadError read_rtp_ports(const Setting& setting, PortRange& out) {
  const auto range = PortRange::parse(setting.value);
  if (!range) return wrong(setting, text_of(range.error()));
  out = *range;
  return {};
}

ReadError read_expires(const Setting& setting, std::chrono::seconds& out) {
  const auto seconds = parse_decimal<unsigned>(setting.value);
  if (!seconds || *seconds < kLeastExpiresSeconds || *seconds > kMostExpiresSeconds) {
    return wrong(setting, tr("is out of range; use 60 to 86400 seconds"));
  }
  out = std::chrono::seconds{*seconds};
  return {};
}

ReadError read_prefix(const Setting& setting, std::vector<Prefix>& out) {
  const auto prefix = Prefix::parse(setting.value);
  if (!prefix) return wrong(setting, tr("is not an address range; write it like 172.20.0.0/16 or fd00::/64"));
  out.push_back(*prefix);
  return {};
}

/// An interface's ranges are not known here: derive() looks them up.
ReadError read_vpn(const Setting& setting, Options& out) {
  if (fapfon::box::is_interface_name(setting.value)) {
    out.vpn_interfaces.push_back(setting.value);
    return {};
  }
  const auto prefix = Prefix::parse(setting.value);
  if (!prefix) {
    return wrong(setting,
                 tr("is not an address range; write it like 10.8.0.0/24 or fd00::/64, or name the VPN's "
                    "interface, like wg0"));
  }
  out.vpn.push_back(*prefix);
  return {};
}

ReadError read_path(const Setting& setting, std::string& out) {
  if (setting.value.empty()) return wrong(setting, tr("is empty; give a path"));
  out = setting.value;
  return {};
}

}  // namespace

namespace read {

ReadError allow(const Setting& setting, Options& out) {
  return read_prefix(setting, out.allow);
}

ReadError box(const Setting& setting, Options& out) {
  out.box_is_set = true;
  out.box.reset();
  if (setting.value == "auto") return {};
  auto name = fapfon::box::parse_box_name(setting.value);
  if (!name) return setting.place.empty() ? name.error() : setting.place + ": " + name.error();
  out.box = *name;
  return {};
}

ReadError check_config(const Setting& /*setting*/, Options& out) {
  out.task = Options::Task::check_config;
  return {};
}

ReadError config(const Setting& setting, Options& out) {
  return read_path(setting, out.config);
}

ReadError dump(const Setting& setting, Options& out) {
  const bool phone = iequals(setting.value, "FON");
  if (!phone && !iequals(setting.value, "BOX")) {
    return wrong(setting, tr("cannot be dumped; use FON (what phones send) or BOX (what the Box sends)"));
  }
  (phone ? out.dump_phone : out.dump_box) = true;
  return {};
}

ReadError help(const Setting& /*setting*/, Options& out) {
  out.task = Options::Task::help;
  return {};
}

ReadError wait(const Setting& setting, Options& out) {
  constexpr unsigned kMostSeconds = 86'400;
  const auto seconds = parse_decimal<unsigned>(setting.value);
  if (!seconds || *seconds > kMostSeconds) {
    return wrong(setting, tr("is not a time to wait; use a number of seconds from 0 to 86400"));
  }
  out.wait_seconds = *seconds;
  return {};
}

ReadError yes(const Setting& /*setting*/, Options& out) {
  out.yes = true;
  return {};
}

ReadError json(const Setting& /*setting*/, Options& out) {
  out.json = true;
  return {};
}

ReadError logfile(const Setting& setting, Options& out) {
  return read_path(setting, out.logfile);
}

ReadError max_expires(const Setting& setting, Options& out) {
  return read_expires(setting, out.core.max_expires);
}

ReadError max_flows(const Setting& setting, Options& out) {
  return read_count(setting, out.core.limits.max_flows);
}

ReadError max_flows_per_source(const Setting& setting, Options& out) {
  return read_count(setting, out.core.limits.max_flows_per_source);
}

ReadError max_lines(const Setting& setting, Options& out) {
  return read_count(setting, out.core.limits.max_lines);
}

ReadError max_lines_per_source(const Setting& setting, Options& out) {
  return read_count(setting, out.core.limits.max_lines_per_source);
}

ReadError max_pending_per_line(const Setting& setting, Options& out) {
  return read_count(setting, out.core.limits.max_pending_per_line);
}

ReadError media(const Setting& setting, Options& out) {
  return read_media(setting, out.media);
}

ReadError nat_report(const Setting& setting, Options& out) {
  return read_nat_report(setting, out.core.nat_report);
}

ReadError port(const Setting& setting, Options& out) {
  auto error = read_port(setting, out.tcp_port);
  if (!error) out.udp_port = out.tcp_port;
  return error;
}

ReadError rtp_ports(const Setting& setting, Options& out) {
  return read_rtp_ports(setting, out.rtp_ports);
}

ReadError state(const Setting& setting, Options& out) {
  return read_path(setting, out.state_dir);
}

ReadError tcp_port(const Setting& setting, Options& out) {
  return read_port(setting, out.tcp_port);
}

ReadError udp_port(const Setting& setting, Options& out) {
  return read_port(setting, out.udp_port);
}

ReadError verbose(const Setting& setting, Options& out) {
  return read_level(setting, out.level);
}

ReadError version(const Setting& /*setting*/, Options& out) {
  out.task = Options::Task::version;
  return {};
}

ReadError vpn(const Setting& setting, Options& out) {
  return read_vpn(setting, out);
}

}  // namespace read

namespace clear {

void allow(Options& out) {
  out.allow.clear();
}

void dump(Options& out) {
  out.dump_phone = out.dump_box = false;
}

void vpn(Options& out) {
  out.vpn.clear();
  out.vpn_interfaces.clear();
}

}  // namespace clear
}  // namespace fapfon::options
