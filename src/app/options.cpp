// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/options.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>

#include <CLI/CLI.hpp>

namespace fapfon::app {
namespace {

using Error = std::optional<std::string>;

/// Kept for log, signals, resolver, the phone-side sockets and what the libraries open.
constexpr std::size_t kReservedDescriptors = 64;
constexpr std::size_t kDescriptorsPerPhone = 4;
/// More phones than a home has; every line needs a port of its own as well.
constexpr std::size_t kMostPhones = 10'000;
/// An expiry below this is refused by registrars (RFC 3261 section 10.3: the 423 of "1 hour or less").
constexpr unsigned kLeastExpiresSeconds = 60;
constexpr unsigned kMostExpiresSeconds = 86'400;
constexpr std::size_t kMostCount = 1'000'000;
constexpr int kMostVerbose = 3;

const OptionRow& row_of(OptionId id) {
  return *std::find_if(std::begin(kOptions), std::end(kOptions),
                       [&](const OptionRow& row) { return row.id == id; });
}

std::string wrong(OptionId id, ByteView value, const std::string& remedy) {
  return "--" + std::string{row_of(id).name} + ": '" + std::string{value} + "' " + remedy;
}

Error read_port(OptionId id, ByteView value, std::uint16_t& out) {
  const auto port = parse_decimal<std::uint16_t>(value);
  if (!port) return wrong(id, value, "is no port; use a number from 0 (any free port) to 65535");
  out = *port;
  return {};
}

Error read_count(OptionId id, ByteView value, std::size_t& out) {
  const auto count = parse_decimal<std::size_t>(value);
  if (!count || *count == 0 || *count > kMostCount) {
    return wrong(id, value, "is no limit; use a number from 1 to " + std::to_string(kMostCount));
  }
  out = *count;
  return {};
}

Error read_level(ByteView value, Level& out) {
  const auto level = parse_decimal<int>(value);
  if (!level || *level > kMostVerbose) {
    return wrong(OptionId::verbose, value, "is no level; use 0 (ERROR), 1 (INFO), 2 (DETAIL) or 3 (VERBOSE)");
  }
  out = static_cast<Level>(*level);
  return {};
}

Error read_dump(ByteView value, proxy::Config& out) {
  const bool phone = iequals(value, "FON");
  if (!phone && !iequals(value, "BOX")) {
    return wrong(OptionId::dump, value,
                 "cannot be dumped; use FON (what phones send) or BOX (what the Box sends)");
  }
  (phone ? out.dump_phone : out.dump_box) = true;
  return {};
}

Error read_nat_report(ByteView value, rewrite::NatReport& out) {
  using rewrite::NatReport;
  if (value != "via" && value != "source" && value != "mirror") {
    return wrong(OptionId::nat_report, value, "is unknown; use via, source or mirror");
  }
  out = value == "via" ? NatReport::via : value == "source" ? NatReport::source : NatReport::mirror;
  return {};
}

Error read_expires(ByteView value, std::chrono::seconds& out) {
  const auto seconds = parse_decimal<unsigned>(value);
  if (!seconds || *seconds < kLeastExpiresSeconds || *seconds > kMostExpiresSeconds) {
    return wrong(OptionId::max_expires, value, "is out of range; use 60 to 86400 seconds");
  }
  out = std::chrono::seconds{*seconds};
  return {};
}

Error read_prefix(ByteView value, std::vector<Prefix>& out) {
  const auto prefix = Prefix::parse(value);
  if (!prefix) {
    return wrong(OptionId::allow, value, "is no address range; write it like 172.20.0.0/16 or fd00::/64");
  }
  out.push_back(*prefix);
  return {};
}

Error read_path(OptionId id, ByteView value, std::string& out) {
  if (value.empty()) return wrong(id, value, "is empty; give a path");
  out = value;
  return {};
}

/// Values of all options, as they were written.
using Values = std::array<std::vector<std::string>, std::size(kOptions)>;

/// One value of one option. Limits and --allow start from what was collected before.
Error read_value(OptionId id, ByteView value, Options& out) {
  switch (id) {
    case OptionId::help:
    case OptionId::version:
      return {};
    case OptionId::port:
      if (auto error = read_port(id, value, out.tcp_port)) return error;
      out.udp_port = out.tcp_port;
      return {};
    case OptionId::tcp_port:
      return read_port(id, value, out.tcp_port);
    case OptionId::udp_port:
      return read_port(id, value, out.udp_port);
    case OptionId::verbose:
      return read_level(value, out.level);
    case OptionId::logfile:
      return read_path(id, value, out.logfile);
    case OptionId::dump:
      return read_dump(value, out.core);
    case OptionId::allow:
      return read_prefix(value, out.allow);
    case OptionId::nat_report:
      return read_nat_report(value, out.core.nat_report);
    case OptionId::max_expires:
      return read_expires(value, out.core.max_expires);
    case OptionId::state:
      return read_path(id, value, out.state_dir);
    case OptionId::max_flows:
      return read_count(id, value, out.core.limits.max_flows);
    case OptionId::max_flows_per_source:
      return read_count(id, value, out.core.limits.max_flows_per_source);
    case OptionId::max_lines:
      return read_count(id, value, out.core.limits.max_lines);
    case OptionId::max_lines_per_source:
      return read_count(id, value, out.core.limits.max_lines_per_source);
    case OptionId::max_pending_per_line:
      return read_count(id, value, out.core.limits.max_pending_per_line);
  }
  return {};
}

const std::vector<std::string>& values_of(const Values& values, OptionId id) {
  return values[static_cast<std::size_t>(&row_of(id) - std::begin(kOptions))];
}

/// In the order of the table, so that --port comes before --tcp-port and --udp-port.
Error read_values(const Values& values, Options& out) {
  if (!values_of(values, OptionId::allow).empty()) out.allow.clear();
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (const std::string& value : values[i]) {
      if (auto error = read_value(kOptions[i].id, value, out)) return error;
    }
  }
  Limits& limits = out.core.limits;
  if (values_of(values, OptionId::max_flows_per_source).empty()) {
    limits.max_flows_per_source = std::max<std::size_t>(1, limits.max_flows / 2);
  }
  if (values_of(values, OptionId::max_lines_per_source).empty()) {
    limits.max_lines_per_source = std::max<std::size_t>(1, limits.max_lines / 2);
  }
  return {};
}

bool all_of_bytes(ByteView text, bool (*is_one)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_one);
}

/// "-v", "-v2", "-v 2", "-vv" and "--verbose" become "--verbose=2": the value of -v may be missing, and
/// CLI11 would take the Box's address for it.
std::vector<std::string> with_plain_verbose(const std::vector<std::string>& arguments) {
  constexpr std::size_t kDetail = 2;
  std::vector<std::string> plain;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const ByteView argument = arguments[i];
    if (argument == "--") {
      plain.insert(plain.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
      break;
    }
    const ByteView after = argument.substr(0, 2) == "-v" ? argument.substr(2) : ByteView{};
    if (argument == "-v" || argument == "--verbose") {
      const bool next_is_level = i + 1 < arguments.size() && all_of_bytes(arguments[i + 1], is_digit);
      plain.push_back("--verbose=" + (next_is_level ? arguments[++i] : std::to_string(kDetail)));
    } else if (all_of_bytes(after, is_digit)) {
      plain.push_back("--verbose=" + std::string{after});
    } else if (all_of_bytes(after, [](char c) { return c == 'v'; })) {
      plain.push_back("--verbose=" + std::to_string(std::min(after.size() + 1, std::size_t{kMostVerbose})));
    } else {
      plain.push_back(arguments[i]);
    }
  }
  return plain;
}

std::string cli_name(const OptionRow& row) {
  const std::string name = "--" + std::string{row.name};
  return row.letter.empty() ? name : "-" + std::string{row.letter} + "," + name;
}

/// CLI11's "--port: 1 required TEXT missing" in words that say what to do.
std::string explain(const CLI::ParseError& error) {
  const std::string what = error.what();
  const std::string name = what.substr(0, what.find_first_of(": "));
  const bool is_missing_value = dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr;
  for (const OptionRow& row : kOptions) {
    if (!is_missing_value || name != "--" + std::string{row.name}) continue;
    const std::string usage = row.value.empty() ? " takes no value" : " needs a value";
    return name + usage + "; write it like " + name + (row.value.empty() ? "" : "=" + std::string{row.value});
  }
  return what + "; 'fapfon-proxy --help' lists the options";
}

struct Collected {
  Values values;
  bool help = false;
  bool version = false;
  std::vector<std::string> rest;  // the Box, and what is no option
};

/// The values as CLI11 finds them, and what is left.
Expected<Collected, std::string> collect(const std::vector<std::string>& arguments) {
  Collected found;
  CLI::App cli;
  cli.set_help_flag();
  cli.allow_extras();
  for (std::size_t i = 0; i < std::size(kOptions); ++i) {
    const OptionRow& row = kOptions[i];
    if (row.value.empty()) {
      cli.add_flag(cli_name(row), row.id == OptionId::help ? found.help : found.version)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
      continue;
    }
    cli.add_option(cli_name(row), found.values[i])
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  auto plain = with_plain_verbose(arguments);
  std::reverse(plain.begin(), plain.end());  // CLI11 takes them from the back
  try {
    cli.parse(std::move(plain));
  } catch (const CLI::ParseError& error) {
    return Unexpected<std::string>(explain(error));
  }
  found.rest = cli.remaining();
  return found;
}

Error read_rest(const std::vector<std::string>& rest, Options& out) {
  for (const std::string& text : rest) {
    if (text == "--") continue;
    if (!text.empty() && text.front() == '-') {
      return "unknown option " + text + "; 'fapfon-proxy --help' lists the options";
    }
    if (out.box) return "'" + text + "' is one argument too many; give one BOX_ADDRESS";
    auto box = box::parse_box_name(text);
    if (!box) return box.error();
    out.box = *box;
  }
  return {};
}

}  // namespace

Limits limits_for(std::size_t descriptor_count) {
  const std::size_t usable = std::max(descriptor_count, kReservedDescriptors * 2) - kReservedDescriptors;
  Limits limits;
  limits.max_flows = std::min(usable / kDescriptorsPerPhone, kMostPhones);
  limits.max_lines = limits.max_flows;
  limits.max_flows_per_source = limits.max_flows / 2;
  limits.max_lines_per_source = limits.max_lines / 2;
  return limits;
}

Expected<Options, std::string> read_options(const std::vector<std::string>& arguments,
                                            std::size_t descriptor_count) {
  const auto found = collect(arguments);
  if (!found) return Unexpected<std::string>(found.error());
  Options options;
  options.core.limits = limits_for(descriptor_count);
  if (found->help || found->version) {
    options.task = found->help ? Options::Task::help : Options::Task::version;
    return options;
  }
  if (auto error = read_values(found->values, options)) return Unexpected<std::string>(*error);
  if (auto error = read_rest(found->rest, options)) return Unexpected<std::string>(*error);
  return options;
}

std::string help_text() {
  constexpr std::size_t kLetterColumn = 14;
  constexpr std::size_t kNameColumn = 34;
  std::string text =
      "usage: fapfon-proxy [options] [BOX_ADDRESS[:SIP_PORT]]\n"
      "SIP_PORT default: 5060; without BOX_ADDRESS a FRITZ!Box is looked for\n"
      "options:\n";
  for (const OptionRow& row : kOptions) {
    const bool optional = !row.value.empty() && row.value.front() == '[';
    std::string letter =
        row.letter.empty() ? "" : "-" + std::string{row.letter} + " " + std::string{row.value};
    std::string name = "--" + std::string{row.name};
    if (optional) name += "[=" + std::string{row.value.substr(1)};
    if (!optional && !row.value.empty()) name += "=" + std::string{row.value};
    letter.resize(std::max(kLetterColumn, letter.size() + 1), ' ');
    name.resize(std::max(kNameColumn, name.size() + 1), ' ');
    text += "  " + letter + name + std::string{row.help} + "\n";
  }
  return text;
}

}  // namespace fapfon::app
