// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/option_values.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <utility>

namespace fapfon::options {
namespace {

using Error = std::optional<std::string>;

/// An expiry below this is refused by registrars (RFC 3261 section 10.3: the 423 of "1 hour or less").
constexpr unsigned kLeastExpiresSeconds = 60;
constexpr unsigned kMostExpiresSeconds = 86'400;
constexpr std::size_t kMostCount = 1'000'000;
constexpr int kMostVerbose = 3;

std::string wrong(const Setting& setting, const std::string& remedy) {
  return setting.place + ": '" + setting.value + "' " + remedy;
}

Error read_port(const Setting& setting, std::uint16_t& out) {
  const auto port = parse_decimal<std::uint16_t>(setting.value);
  if (!port) return wrong(setting, "is no port; use a number from 0 (any free port) to 65535");
  out = *port;
  return {};
}

Error read_both_ports(const Setting& setting, Options& out) {
  auto error = read_port(setting, out.tcp_port);
  out.udp_port = out.tcp_port;
  return error;
}

Error read_count(const Setting& setting, std::size_t& out) {
  const auto count = parse_decimal<std::size_t>(setting.value);
  if (!count || *count == 0 || *count > kMostCount) {
    return wrong(setting, "is no limit; use a number from 1 to " + std::to_string(kMostCount));
  }
  out = *count;
  return {};
}

Error read_level(const Setting& setting, log::Level& out) {
  const auto level = parse_decimal<int>(setting.value);
  if (!level || *level > kMostVerbose) {
    return wrong(setting, "is no level; use 0 (ERROR), 1 (INFO), 2 (DETAIL) or 3 (VERBOSE)");
  }
  out = static_cast<log::Level>(*level);
  return {};
}

Error read_dump(const Setting& setting, Options& out) {
  const bool phone = iequals(setting.value, "FON");
  if (!phone && !iequals(setting.value, "BOX")) {
    return wrong(setting, "cannot be dumped; use FON (what phones send) or BOX (what the Box sends)");
  }
  (phone ? out.dump_phone : out.dump_box) = true;
  return {};
}

Error read_nat_report(const Setting& setting, rewrite::NatReport& out) {
  using rewrite::NatReport;
  const std::string& value = setting.value;
  constexpr std::pair<ByteView, NatReport> kReports[] = {{"via", NatReport::via},
                                                         {"source", NatReport::source},
                                                         {"mirror", NatReport::mirror},
                                                         {"box", NatReport::box}};
  const auto* known = std::ranges::find(kReports, ByteView(value), &std::pair<ByteView, NatReport>::first);
  if (known == std::end(kReports)) return wrong(setting, "is unknown; use via, source, mirror or box");
  out = known->second;
  return {};
}

Error read_media(const Setting& setting, box::MediaOption& out) {
  using box::MediaOption;
  const std::string& value = setting.value;
  if (value != "auto" && value != "direct" && value != "relay") {
    return wrong(setting, "is unknown; use auto, direct or relay");
  }
  out = value == "auto"     ? MediaOption::automatic
        : value == "direct" ? MediaOption::direct
                            : MediaOption::relay;
  return {};
}

Error read_rtp_ports(const Setting& setting, PortRange& out) {
  const auto range = PortRange::parse(setting.value);
  if (!range) return wrong(setting, range.error());
  out = *range;
  return {};
}

Error read_expires(const Setting& setting, std::chrono::seconds& out) {
  const auto seconds = parse_decimal<unsigned>(setting.value);
  if (!seconds || *seconds < kLeastExpiresSeconds || *seconds > kMostExpiresSeconds) {
    return wrong(setting, "is out of range; use 60 to 86400 seconds");
  }
  out = std::chrono::seconds{*seconds};
  return {};
}

Error read_prefix(const Setting& setting, std::vector<Prefix>& out) {
  const auto prefix = Prefix::parse(setting.value);
  if (!prefix) return wrong(setting, "is no address range; write it like 172.20.0.0/16 or fd00::/64");
  out.push_back(*prefix);
  return {};
}

Error read_path(const Setting& setting, std::string& out) {
  if (setting.value.empty()) return wrong(setting, "is empty; give a path");
  out = setting.value;
  return {};
}

/// "auto" has it looked for, whatever a source before said.
Error read_box(const Setting& setting, Options& out) {
  out.box_is_set = true;
  out.box.reset();
  if (setting.value == "auto") return {};
  auto box = box::parse_box_name(setting.value);
  if (!box) return setting.place.empty() ? box.error() : setting.place + ": " + box.error();
  out.box = *box;
  return {};
}

Error read_value(const Setting& setting, Options& out) {
  switch (setting.id) {
    case OptionId::help:
    case OptionId::version:
    case OptionId::check_config:
    case OptionId::json:
      return {};
    case OptionId::config:
      return read_path(setting, out.config);
    case OptionId::port:
      return read_both_ports(setting, out);
    case OptionId::tcp_port:
      return read_port(setting, out.tcp_port);
    case OptionId::udp_port:
      return read_port(setting, out.udp_port);
    case OptionId::verbose:
      return read_level(setting, out.level);
    case OptionId::logfile:
      return read_path(setting, out.logfile);
    case OptionId::dump:
      return read_dump(setting, out);
    case OptionId::vpn:
      return read_prefix(setting, out.vpn);
    case OptionId::allow:
      return read_prefix(setting, out.allow);
    case OptionId::nat_report:
      return read_nat_report(setting, out.core.nat_report);
    case OptionId::max_expires:
      return read_expires(setting, out.core.max_expires);
    case OptionId::media:
      return read_media(setting, out.media);
    case OptionId::rtp_ports:
      return read_rtp_ports(setting, out.rtp_ports);
    case OptionId::state:
      return read_path(setting, out.state_dir);
    case OptionId::max_flows:
      return read_count(setting, out.core.limits.max_flows);
    case OptionId::max_flows_per_source:
      return read_count(setting, out.core.limits.max_flows_per_source);
    case OptionId::max_lines:
      return read_count(setting, out.core.limits.max_lines);
    case OptionId::max_lines_per_source:
      return read_count(setting, out.core.limits.max_lines_per_source);
    case OptionId::max_pending_per_line:
      return read_count(setting, out.core.limits.max_pending_per_line);
    case OptionId::box:
      return read_box(setting, out);
  }
  return {};
}

bool names(const Settings& settings, OptionId id) {
  return std::any_of(settings.values.begin(), settings.values.end(),
                     [id](const Setting& setting) { return setting.id == id; });
}

}  // namespace

void apply_settings(const Settings& settings, Options& options, std::vector<std::string>& mistakes) {
  mistakes.insert(mistakes.end(), settings.mistakes.begin(), settings.mistakes.end());
  if (names(settings, OptionId::vpn)) options.vpn.clear();
  if (names(settings, OptionId::allow)) options.allow.clear();
  if (names(settings, OptionId::dump)) options.dump_phone = options.dump_box = false;
  // --port sets both ports, so it comes before --tcp-port and --udp-port, in whatever order they stand.
  std::vector<Setting> in_order = settings.values;
  std::stable_sort(in_order.begin(), in_order.end(),
                   [](const Setting& a, const Setting& b) { return a.id < b.id; });
  for (const Setting& setting : in_order) {
    if (auto error = read_value(setting, options)) mistakes.push_back(std::move(*error));
  }
}

}  // namespace fapfon::options
