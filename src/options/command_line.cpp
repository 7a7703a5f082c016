// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/command_line.hpp"
#include "text/translate.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <CLI/CLI.hpp>

namespace fapfon::options {
namespace {

using text::tr;
using text::trf;

bool all_of_bytes(ByteView text, bool (*is_one)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_one);
}

/// "-v", "-v2", "-v 2", "-vv" and "--verbose" become "--verbose=2": the value of -v may be missing, and
/// CLI11 would take the Box's address for it.
std::vector<std::string> with_plain_verbose(const std::vector<std::string>& words) {
  constexpr std::size_t kDetail = 2;
  constexpr std::size_t kMostVerbose = 3;
  std::vector<std::string> plain;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const ByteView word = words[i];
    if (word == "--") {
      plain.insert(plain.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
      break;
    }
    const ByteView after = word.substr(0, 2) == "-v" ? word.substr(2) : ByteView{};
    if (word == "-v" || word == "--verbose") {
      const bool next_is_level = i + 1 < words.size() && all_of_bytes(words[i + 1], is_digit);
      plain.push_back("--verbose=" + (next_is_level ? words[++i] : std::to_string(kDetail)));
    } else if (all_of_bytes(after, is_digit)) {
      plain.push_back("--verbose=" + std::string{after});
    } else if (all_of_bytes(after, [](char c) { return c == 'v'; })) {
      plain.push_back("--verbose=" + std::to_string(std::min(after.size() + 1, kMostVerbose)));
    } else {
      plain.push_back(words[i]);
    }
  }
  return plain;
}

std::string long_name(const OptionRow& row) {
  return "--" + std::string{row.name};
}

std::string cli_name(const OptionRow& row) {
  return row.letter.empty() ? long_name(row) : "-" + std::string{row.letter} + "," + long_name(row);
}

/// CLI11's "--port: 1 required TEXT missing" in words that say what to do.
std::string explain(const CLI::ParseError& error) {
  const std::string what = error.what();
  const std::string from_name = what.substr(std::min(what.find("--"), what.size()));
  const std::string name = from_name.substr(0, from_name.find_first_of(": "));
  // The other way round, "Could not convert: --help = de".
  const bool is_about_value = dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr ||
                              dynamic_cast<const CLI::ConversionError*>(&error) != nullptr;
  for (const OptionRow& row : kOptions) {
    if (!is_about_value || name != long_name(row)) continue;
    return row.value.empty() ? trf("{0} takes no value; write it like {0}", name)
                             : trf("{0} needs a value; write it like {0}={1}", name, row.value);
  }
  return trf("{}; 'fapfon-proxy --help' lists the options", what);
}

/// Where CLI11 puts what it finds, a place for each row of the table.
struct Found {
  std::array<std::vector<std::string>, std::size(kOptions)> values;
  std::array<bool, std::size(kOptions)> flags{};

  void offer_options_to(CLI::App& cli) {
    for (std::size_t i = 0; i < std::size(kOptions); ++i) {
      if (kOptions[i].kind == ValueKind::none) {
        cli.add_flag(cli_name(kOptions[i]), flags[i])->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
      } else {
        cli.add_option(cli_name(kOptions[i]), values[i])
            ->allow_extra_args(false)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      }
    }
  }
};

/// "--vpn=A,B" gives two values, as VPN="A B" does; an empty one is left for its reader to complain about.
void add_values(const OptionRow& row, const std::string& text, const std::string& place, Settings& settings) {
  auto values = values_of(row, text);
  if (values.empty()) values.push_back(text);
  for (std::string& value : values) {
    settings.values.push_back({&row, std::move(value), place + long_name(row)});
  }
}

}  // namespace

CommandLine read_command_line(const std::vector<std::string>& words, const std::string& place) {
  CommandLine line;
  Found found;
  CLI::App cli;
  cli.set_help_flag();
  cli.allow_extras();
  found.offer_options_to(cli);
  auto plain = with_plain_verbose(words);
  std::reverse(plain.begin(), plain.end());  // CLI11 takes them from the back
  try {
    cli.parse(std::move(plain));
  } catch (const CLI::ParseError& error) {
    line.settings.mistakes.push_back(place + explain(error));
    return line;
  }
  for (std::size_t i = 0; i < std::size(kOptions); ++i) {
    if (found.flags[i]) line.flags.push_back(&kOptions[i]);
    for (const std::string& text : found.values[i]) add_values(kOptions[i], text, place, line.settings);
  }
  for (const std::string& text : cli.remaining()) {
    if (text == "--") continue;
    if (!text.empty() && text.front() == '-') {
      line.settings.mistakes.push_back(
          place + trf("unknown option {}; 'fapfon-proxy --help' lists the options", text));
    } else {
      line.arguments.push_back(text);
    }
  }
  return line;
}

}  // namespace fapfon::options
