// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/config_file.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/expected.hpp"
#include "options/command_line.hpp"
#include "options/typos.hpp"
#include "text/translate.hpp"

namespace fapfon::options {
namespace {

using text::tr;
using text::tr_later;
using text::trf;

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

bool has_typographic_quote(ByteView text) {
  for (; !text.empty(); text.remove_prefix(1)) {
    if (typographic_quote_bytes(text) > 0) return true;
  }
  return false;
}

/// Without a byte order mark, and with plain spaces instead of no-break ones.
std::string plain_text(ByteView text) {
  constexpr ByteView kByteOrderMark = "\xef\xbb\xbf";
  constexpr ByteView kNoBreakSpace = "\xc2\xa0";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());
  std::string plain{text};
  for (std::size_t at = 0; (at = plain.find(kNoBreakSpace, at)) != std::string::npos;) {
    plain.replace(at, kNoBreakSpace.size(), " ");
  }
  return plain;
}

/// Reads one value as a shell would: quotes, a backslash, a comment behind it.
class ValueReader {
 public:
  explicit ValueReader(ByteView text) : text_(text) {}

  Expected<std::string, std::string> read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (kBlanks.find(c) != ByteView::npos) return finish();
      const std::size_t typographic = value_.empty() ? typographic_quote_bytes(text_.substr(at_)) : 0;
      const char* mistake = typographic > 0         ? read_to_typographic(typographic)
                            : c == '\'' || c == '"' ? read_quoted(c)
                                                    : read_plain(c);
      if (mistake != nullptr) return Unexpected<std::string>(tr(mistake));
    }
    return value_;
  }

 private:
  const char* read_plain(char c) {
    constexpr ByteView kForShells = "$`;&|<>()";
    if (kForShells.find(c) != ByteView::npos) return kNoShell;
    if (c == '\\' && ++at_ == text_.size()) return tr_later("ends in '\\'; write the value in one line");
    value_ += text_[at_++];
    return nullptr;
  }

  /// Up to the next quote of any kind, as editors make the wrong ones.
  const char* read_to_typographic(std::size_t opening_bytes) {
    for (at_ += opening_bytes; at_ < text_.size(); ++at_) {
      const std::size_t bytes = typographic_quote_bytes(text_.substr(at_));
      const bool is_straight = text_[at_] == '"' || text_[at_] == '\'';
      if (bytes > 0 || is_straight) {
        at_ += is_straight ? 1 : bytes;
        return nullptr;
      }
      value_ += text_[at_];
    }
    return tr_later("has no closing quote; write the value between straight quotes: \"192.168.178.1\"");
  }

  const char* read_quoted(char quote) {
    const bool is_closed = text_.find(quote, at_ + 1) != ByteView::npos;
    if (!is_closed && has_typographic_quote(text_.substr(at_))) return read_to_typographic(1);
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
    return quote == '"' ? tr_later("has no closing \"; end the value with it")
                        : tr_later("has no closing '; end the value with it");
  }

  Expected<std::string, std::string> finish() {
    const ByteView rest = trimmed(text_.substr(at_));
    if (rest.empty() || rest.front() == '#') return value_;
    return Unexpected<std::string>(tr("has a space in its value; put quotes around it: NAME=\"one two\""));
  }

  static constexpr const char* kNoShell =
      tr_later("uses a sign that only a shell understands; write the value out, or put it between ' and '");
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
    return Unexpected<std::string>(
        trf("'{}' is not a setting; write NAME=value without spaces around '=', or begin a comment with #",
            line));
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
  return typos_between(name, *nearest) <= kMostTypos
             ? trf("unknown name {}; did you mean {}?", name, *nearest)
             : trf("unknown name {}; use BOX, VPN, OPTIONS, LOGFILE, SIP_REDIRECT_PORT or FAPFON_... as in "
                   "fapfon-proxy(8)",
                   name);
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
      if (counts(assignment) && assignment.name == "OPTIONS") read_options(assignment);
    }
    for (const Assignment& assignment : assignments_) {
      if (counts(assignment) && assignment.name != "OPTIONS") read(assignment);
    }
    for (const Assignment& assignment : assignments_) {
      if (!counts(assignment)) note(assignment);
    }
    return std::move(config_);
  }

 private:
  /// The last one with a value; where all are empty, the last one.
  [[nodiscard]] const Assignment& counting(const std::string& name) const {
    const Assignment* last = nullptr;
    for (const Assignment& one : assignments_) {
      const bool replaces = last == nullptr || !one.value.empty() || last->value.empty();
      if (one.name == name && replaces) last = &one;
    }
    return *last;
  }

  [[nodiscard]] bool counts(const Assignment& assignment) const {
    return &counting(assignment.name) == &assignment;
  }

  void note(const Assignment& assignment) {
    const Assignment& other = counting(assignment.name);
    if (other.value.empty()) return;  // nothing is set in either
    config_.notes.push_back(place_of(assignment) +
                            (assignment.value.empty()
                                 ? trf("{} is empty here and set in line {}, which counts; delete line {}",
                                       assignment.name, other.line, assignment.line)
                                 : trf("{} is set here and again in line {}, which counts; delete line {}",
                                       assignment.name, other.line, assignment.line)));
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
      line.settings.mistakes.push_back(
          place + trf("'{}' is not an option; the FRITZ!Box belongs in BOX=", line.arguments.front()));
    }
    if (!line.flags.empty()) {
      line.settings.mistakes.push_back(
          place + trf("--{} does not belong here; give it on the command line", line.flags.front()->name));
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

Assignments parse_assignments(ByteView original, const std::string& file) {
  const std::string plain = plain_text(original);
  ByteView text = plain;
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
  Assignments found = parse_assignments(text, file);
  for (Assignment& assignment : found.values) assignment.value = unwrapped(assignment.value);
  Config config = ConfigReader{found.values, file}.read();
  auto& mistakes = config.settings.mistakes;
  mistakes.insert(mistakes.begin(), found.mistakes.begin(), found.mistakes.end());
  return config;
}

}  // namespace fapfon::options
