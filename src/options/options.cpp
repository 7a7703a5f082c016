// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/options.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "box/vpn_range.hpp"
#include "options/command_line.hpp"
#include "options/config_file.hpp"
#include "options/remarks.hpp"
#include "options/typos.hpp"
#include "text/translate.hpp"

namespace fapfon::options {
namespace {

using Task = Options::Task;
using text::tr;
using text::trf;

/// Kept for log, signals, resolver, the phone-side sockets and what the libraries open.
constexpr std::size_t kReservedDescriptors = 64;
constexpr std::size_t kDescriptorsPerPhone = 4;
/// More phones than a home has; every line needs a port of its own as well.
constexpr std::size_t kMostPhones = 10'000;

Settings read_environment(const Sources& sources) {
  Settings settings;
  for (const auto& [name, value] : sources.environment) {
    const OptionRow* const row = find_by_environment_name(name);
    if (row == nullptr || unwrapped(value).empty())
      continue;  // names that others use are none of our business
    for (const std::string& word : values_of(*row, value)) {
      settings.values.push_back({row, word, trf("{} (environment)", name)});
    }
  }
  return settings;
}

/// Takes "nat setup", "check", "setup" or "run" off the front of the arguments.
std::optional<std::string> read_task(std::vector<std::string>& arguments, Task& task) {
  if (arguments.empty()) return {};
  const std::string& first = arguments.front();
  if (first == "check" || first == "setup" || first == "run") {
    if (first == "check") task = Task::check;
    if (first == "setup") task = Task::setup;
    arguments.erase(arguments.begin());
    return {};
  }
  if (arguments.front() != "nat") return {};
  const std::string what = arguments.size() > 1 ? arguments[1] : "";
  if (what != "setup" && what != "cleanup" && what != "show") {
    return tr("nat: say what to do: fapfon-proxy nat setup, nat cleanup or nat show");
  }
  task = what == "setup" ? Task::nat_setup : what == "cleanup" ? Task::nat_cleanup : Task::nat_show;
  arguments.erase(arguments.begin(), arguments.begin() + 2);
  return {};
}

/// A FRITZ!Box could be called "chekc", and the daemon would look for it for ever.
std::optional<std::string> mistyped_command(ByteView argument) {
  constexpr ByteView kCommands[] = {"check", "setup"};
  const bool is_plain_name = argument.find_first_of(".:[") == ByteView::npos;
  for (const ByteView command : kCommands) {
    if (!is_plain_name || typos_between(argument, command) > kMostTypos) continue;
    return trf("'{0}' is not a command; did you mean {1}? (A FRITZ!Box of that name: {0}:5060)", argument,
               command);
  }
  return std::nullopt;
}

/// Words that people try as commands are never taken for the name of a FRITZ!Box.
std::optional<std::string> no_command(const std::string& word) {
  constexpr ByteView kOfTheService[] = {"status", "start", "stop", "restart", "reload", "enable", "disable"};
  constexpr ByteView kUnknown[] = {"trace", "web", "log", "logs"};
  if (std::ranges::find(kOfTheService, ByteView{word}) != std::end(kOfTheService)) {
    return trf("'{0}' is a command of the service manager; write: {1}systemctl {0} fapfon-proxy", word,
               word == "status" ? "" : "sudo ");
  }
  if (std::ranges::find(kUnknown, ByteView{word}) == std::end(kUnknown)) return std::nullopt;
  return trf("unknown command '{}'; 'fapfon-proxy --help' lists the commands", word);
}

/// What is asked for, and BOX_ADDRESS as a setting of the command line.
void read_arguments(CommandLine& line, Options& options) {
  for (const OptionRow* flag : line.flags) flag->read({flag, "", ""}, options);
  auto& mistakes = line.settings.mistakes;
  if (auto error = read_task(line.arguments, options.task)) return mistakes.push_back(*error);
  if (line.arguments.empty()) return;
  const std::string& box = line.arguments.front();
  if (auto error = no_command(box)) return mistakes.push_back(*error);
  if (auto error = mistyped_command(box)) return mistakes.push_back(*error);
  line.settings.values.push_back({&kBox, line.arguments.front(), ""});
  if (line.arguments.size() > 1) {
    mistakes.push_back(trf("'{}' is one argument too many; give one BOX_ADDRESS", line.arguments[1]));
  }
}

/// The last source that names a file wins, as everywhere.
std::string config_path(const Settings& environment, const Settings& command_line) {
  std::string path;
  for (const Settings* source : {&environment, &command_line}) {
    for (const Setting& setting : source->values) {
      if (setting.option == &option("config")) path = setting.value;
    }
  }
  return path;
}

/// The file that was named, or the usual one for tasks that belong to the service; none for the daemon
/// that is started by hand, which does what its command line says.
std::optional<Config> read_config_file(const Sources& sources, const std::string& named, ReadOptions& out) {
  const bool is_by_hand = out.options.task == Task::run && named.empty();
  const std::string path = named.empty() ? std::string{kDefaultConfig} : named;
  if (is_by_hand || !sources.read_file) return std::nullopt;
  const auto text = sources.read_file(path);
  if (text) {
    out.options.config = path;
    return read_config(*text, path);
  }
  const bool must_be_there = !named.empty() || out.options.task == Task::check_config;
  if (must_be_there)
    out.configuration_mistakes.push_back(trf("{}: cannot be read: {}", path, tr(text.error())));
  return std::nullopt;
}

/// What is not given follows from what is. Of an interface that is not there nobody is served, as somebody
/// who names one does not want all private ranges.
void derive(Options& options, const net::Interfaces& interfaces) {
  const auto found = new_vpn_ranges(options, interfaces);
  options.vpn.insert(options.vpn.end(), found.begin(), found.end());
  options.allow.insert(options.allow.end(), options.vpn.begin(), options.vpn.end());
  if (options.allow.empty() && options.vpn_interfaces.empty()) options.allow = private_ranges();
  // In doubt audio is relayed: until the Box has been asked (SPEC M1).
  const bool is_never_relayed = options.media == box::MediaOption::direct;
  options.core.media = is_never_relayed ? proxy::MediaMode::direct : proxy::MediaMode::relay;
  options.core.may_relay = !is_never_relayed;
  Limits& limits = options.core.limits;
  if (limits.max_flows_per_source == 0) limits.max_flows_per_source = guests_part(limits.max_flows);
  if (limits.max_lines_per_source == 0) limits.max_lines_per_source = guests_part(limits.max_lines);
}

/// Nothing is set, so that derive() knows what was given.
Options blank(std::size_t descriptor_count) {
  Options options;
  options.allow.clear();
  options.core.limits = limits_for(descriptor_count);
  options.core.limits.max_flows_per_source = 0;
  options.core.limits.max_lines_per_source = 0;
  return options;
}

/// By the option or, as the first argument, by its name: "fapfon-proxy help".
bool asks(const CommandLine& line, const OptionRow& flag) {
  const bool is_first_word = !line.arguments.empty() && line.arguments.front() == flag.name;
  return is_first_word || std::find(line.flags.begin(), line.flags.end(), &flag) != line.flags.end();
}

bool is_covered(const Prefix& range, const std::vector<Prefix>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Prefix& wide) {
    return wide.length <= range.length && wide.contains(range.base);
  });
}

}  // namespace

std::vector<Prefix> phone_ranges(const Options& options) {
  if (!options.vpn.empty()) return options.vpn;
  const bool is_said = options.allow != private_ranges();
  return is_said ? options.allow : std::vector<Prefix>{};
}

std::vector<Prefix> new_vpn_ranges(const Options& options, const net::Interfaces& interfaces) {
  std::vector<Prefix> found;
  for (const std::string& name : options.vpn_interfaces) {
    for (const Prefix& range : box::ranges_of_interface(interfaces, name)) {
      if (!is_covered(range, options.vpn) && !is_covered(range, found)) found.push_back(range);
    }
  }
  return found;
}

ReadOptions read_options(const Sources& sources) {
  ReadOptions out{blank(sources.descriptor_count), {}, {}, {}, {}};
  CommandLine line = read_command_line(sources.arguments, "");
  if (asks(line, option("help")) || asks(line, option("version"))) {
    const bool is_setup = !line.arguments.empty() && line.arguments.front() == "setup";
    const Task help = is_setup ? Task::setup_help : Task::help;
    out.options.task = asks(line, option("help")) ? help : Task::version;
    return out;
  }
  read_arguments(line, out.options);
  const Settings environment = read_environment(sources);
  const auto config = read_config_file(sources, config_path(environment, line.settings), out);
  if (config) apply_settings(config->settings, out.options, out.configuration_mistakes);
  apply_settings(environment, out.options, out.configuration_mistakes);
  apply_settings(line.settings, out.options, out.command_line_mistakes);
  const bool needs_box = out.options.task == Task::check_config || out.options.task == Task::check;
  if (config && needs_box && !out.options.box_is_set) {
    out.configuration_mistakes.push_back(config->box_place +
                                         tr("BOX is not set; write BOX=192.168.178.1 (the address of your "
                                            "FRITZ!Box), or BOX=auto to have it looked for"));
  }
  if (config) out.file_notes = config->notes;
  const net::Interfaces interfaces = sources.interfaces ? sources.interfaces() : net::Interfaces{};
  derive(out.options, interfaces);
  out.remarks = remarks_on(out.options, interfaces);
  return out;
}

Limits limits_for(std::size_t descriptor_count) {
  const std::size_t usable = std::max(descriptor_count, kReservedDescriptors * 2) - kReservedDescriptors;
  Limits limits;
  limits.max_flows = std::min(usable / kDescriptorsPerPhone, kMostPhones);
  limits.max_lines = limits.max_flows;
  limits.max_flows_per_source = guests_part(limits.max_flows);
  limits.max_lines_per_source = guests_part(limits.max_lines);
  return limits;
}

}  // namespace fapfon::options
