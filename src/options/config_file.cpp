// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/config_file.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/expected.hpp"
#include "options/command_line.hpp"
#include "options/typos.hpp"

namespace fapfon::options {
namespace {

constexpr ByteView kBlanks = " \t";
constexpr std::array<ByteView, 5> kSeedNames = {"BOX", "VPN", "OPTIONS", "LOGFILE", "SIP_REDIRECT_PORT"};

bool is_name_byte(char c) {
  return c == '_' || is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
}

ByteView trimmed(ByteView text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == ByteView::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Reads one value as a shell would: quotes, a backslash, a comment behind it.
class ValueReader {
 public:
  explicit ValueReader(ByteView text) : text_(text) {}

  Expected<std::string, std::string> read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (kBlanks.find(c) != ByteView::npos) return finish();
      const char* mistake = c == '\'' || c == '"' ? read_quoted(c) : read_plain(c);
      if (mistake != nullptr) return Unexpected<std::string>(mistake);
    }
    return value_;
  }

 private:
  const char* read_plain(char c) {
    constexpr ByteView kForShells = "$`;&|<>()";
    if (kForShells.find(c) != ByteView::npos) return kNoShell;
    if (c == '\\' && ++at_ == text_.size()) return "ends in '\\'; write the value in one line";
    value_ += text_[at_++];
    return nullptr;
  }

  const char* read_quoted(char quote) {
    for (++at_; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == quote) {
        ++at_;
        return nullptr;
      }
      const bool is_special = quote == '"' && (c == '$' || c == '`');
      if (is_special) return kNoShell;
      const bool is_escape = quote == '"' && c == '\\' && at_ + 1 < text_.size() &&
                             ByteView{"\"\\$`"}.find(text_[at_ + 1]) != ByteView::npos;
      if (is_escape) c = text_[++at_];
      value_ += c;
    }
    return quote == '"' ? "has no closing \"; end the value with it"
                        : "has no closing '; end the value with it";
  }

  Expected<std::string, std::string> finish() {
    const ByteView rest = trimmed(text_.substr(at_));
    if (rest.empty() || rest.front() == '#') return value_;
    return Unexpected<std::string>("has a blank in its value; put quotes around it: NAME=\"one two\"");
  }

  static constexpr const char* kNoShell =
      "uses a sign that only a shell understands; write the value out, or put it between ' and '";
  ByteView text_;
  std::size_t at_ = 0;
  std::string value_;
};

/// Reads one line that is neither empty nor a comment.
Expected<Assignment, std::string> parse_assignment(ByteView line) {
  constexpr ByteView kExport = "export ";
  if (line.substr(0, kExport.size()) == kExport) line = trimmed(line.substr(kExport.size()));
  const std::size_t equals = line.find('=');
  const ByteView name = line.substr(0, std::min(equals, line.size()));
  const bool is_name =
      !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), is_name_byte);
  if (equals == ByteView::npos || !is_name) {
    return Unexpected<std::string>("'" + std::string{line} +
                                   "' is no setting; write NAME=value without blanks around '=', or begin a "
                                   "comment with #");
  }
  auto value = ValueReader{line.substr(equals + 1)}.read();
  if (!value) return Unexpected<std::string>(std::string{name} + " " + value.error());
  return Assignment{std::string{name}, std::move(*value), 0};
}

std::string unknown_name(const std::string& name) {
  std::vector<std::string> known{kSeedNames.begin(), kSeedNames.end()};
  known.emplace_back("FAPFON_BOX");
  for (const OptionRow& row : kOptions) {
    if (row.kind != ValueKind::none) known.push_back(environment_name(row));
  }
  const auto nearest = std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) {
    return typos_between(name, a) < typos_between(name, b);
  });
  return "unknown name " + name + "; " +
         (typos_between(name, *nearest) <= kMostTypos
              ? "did you mean " + *nearest + "?"
              : std::string{"use BOX, VPN, OPTIONS, LOGFILE, SIP_REDIRECT_PORT or FAPFON_... as in "
                            "fapfon-proxy(8)"});
}

/// The option of a variable; null for an unknown name.
const OptionRow* row_for(ByteView name) {
  if (name == "BOX") return &kBox;
  if (name == "VPN") return &option("vpn");
  if (name == "LOGFILE") return &option("logfile");
  return find_by_environment_name(name);
}

/// Assignments become settings. Later ones win, so OPTIONS comes first: in the seed's command line
/// SIP_REDIRECT_PORT and LOGFILE stand behind it.
class ConfigReader {
 public:
  ConfigReader(const std::vector<Assignment>& assignments, const std::string& file)
      : assignments_(assignments), file_(file) {
    config_.box_place = file + ": ";
  }

  Config read() {
    for (const Assignment& assignment : assignments_) {
      if (is_last_of_its_name(assignment) && assignment.name == "OPTIONS") read_options(assignment);
    }
    for (const Assignment& assignment : assignments_) {
      if (is_last_of_its_name(assignment) && assignment.name != "OPTIONS") read(assignment);
    }
    return std::move(config_);
  }

 private:
  [[nodiscard]] bool is_last_of_its_name(const Assignment& assignment) const {
    return std::none_of(&assignment + 1, assignments_.data() + assignments_.size(),
                        [&](const Assignment& later) { return later.name == assignment.name; });
  }

  [[nodiscard]] std::string place_of(const Assignment& assignment) const {
    return file_ + ":" + std::to_string(assignment.line) + ": ";
  }

  void read(const Assignment& assignment) {
    if (assignment.name == "BOX") config_.box_place = place_of(assignment);
    if (assignment.name == "SIP_REDIRECT_PORT") return read_redirect_port(assignment);
    const OptionRow* const row = row_for(assignment.name);
    if (row == nullptr) {
      config_.settings.mistakes.push_back(place_of(assignment) + unknown_name(assignment.name));
    } else if (!assignment.value.empty()) {
      add(*row, assignment);
    }
  }

  /// The seed writes an option, "--port=6060"; a plain number is what people try.
  void read_redirect_port(const Assignment& assignment) {
    if (assignment.value.empty()) return;
    const bool is_option = assignment.value.front() == '-';
    is_option ? read_options(assignment) : add(option("port"), assignment);
  }

  void read_options(const Assignment& assignment) {
    const std::string place = place_of(assignment) + assignment.name + ": ";
    auto line = read_command_line(words_of(assignment.value, kBlanks), place);
    if (!line.arguments.empty()) {
      line.settings.mistakes.push_back(place + "'" + line.arguments.front() +
                                       "' is no option; the FRITZ!Box belongs to BOX=");
    }
    if (!line.flags.empty()) {
      line.settings.mistakes.push_back(place + "--" + std::string{line.flags.front()->name} +
                                       " does not belong here; give it on the command line");
    }
    auto& to = config_.settings;
    to.values.insert(to.values.end(), line.settings.values.begin(), line.settings.values.end());
    to.mistakes.insert(to.mistakes.end(), line.settings.mistakes.begin(), line.settings.mistakes.end());
  }

  void add(const OptionRow& row, const Assignment& assignment) {
    for (const std::string& value : values_of(row, assignment.value)) {
      config_.settings.values.push_back({&row, value, place_of(assignment) + assignment.name});
    }
  }

  const std::vector<Assignment>& assignments_;
  const std::string& file_;
  Config config_;
};

}  // namespace

Assignments parse_assignments(ByteView text, const std::string& file) {
  Assignments found;
  for (std::size_t number = 1; !text.empty(); ++number) {
    ByteView line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    line = trimmed(line);
    if (line.empty() || line.front() == '#') continue;
    auto assignment = parse_assignment(line);
    if (!assignment) {
      found.mistakes.push_back(file + ":" + std::to_string(number) + ": " + assignment.error());
      continue;
    }
    assignment->line = number;
    found.values.push_back(std::move(*assignment));
  }
  return found;
}

Config read_config(ByteView text, const std::string& file) {
  const Assignments found = parse_assignments(text, file);
  Config config = ConfigReader{found.values, file}.read();
  auto& mistakes = config.settings.mistakes;
  mistakes.insert(mistakes.begin(), found.mistakes.begin(), found.mistakes.end());
  return config;
}

}  // namespace fapfon::options
