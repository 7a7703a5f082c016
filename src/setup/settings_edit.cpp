// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/settings_edit.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "options/config_file.hpp"
#include "options/options.hpp"
#include "setup/setting_text.hpp"

namespace fapfon::setup {
namespace {

constexpr ByteView kSpaces = " \t";

/// A name and its variable for the same option: the last one that is not empty counts.
struct Names {
  ByteView plain;
  ByteView variable;
};
constexpr Names kBoxNames{"BOX", "FAPFON_BOX"};
constexpr Names kVpnNames{"VPN", "FAPFON_VPN"};

/// One line of the file. Views live as long as the text.
struct Line {
  ByteView content;
  ByteView ending;  ///< "\n", "\r\n", or empty at the end of the file
};

std::vector<Line> lines_with_endings(ByteView text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    std::size_t length = std::min(newline, text.size());
    const std::size_t whole = newline == ByteView::npos ? length : length + 1;
    if (length > 0 && text[length - 1] == '\r') --length;
    lines.push_back({text.substr(0, length), text.substr(length, whole - length)});
    text.remove_prefix(whole);
  }
  return lines;
}

/// A line cut at its value: `head` + value + `tail`. Lines that only look like an assignment are cut, too:
/// a typographic quote or a space around '=' is what setup is there to correct.
struct Parts {
  std::string head;     ///< "  export BOX="
  char quote = '\0';    ///< '"', '\'' or none
  std::string tail;     ///< "  # a comment"
  bool is_odd = false;  ///< no shell would read it as it was meant, or it is empty
};

std::size_t end_of_value(ByteView text) {
  const char quote = text.empty() ? '\0' : text.front();
  if (quote != '"' && quote != '\'') return std::min(text.find_first_of(kSpaces), text.size());
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == quote) return at + 1;
    if (text[at] == '\\' && quote == '"') ++at;
  }
  return text.size();
}

/// Typographic quotes and no-break spaces are not.
bool is_ascii(ByteView text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Without the spaces in front.
ByteView without_indent(ByteView text) {
  return text.substr(std::min(text.find_first_not_of(kSpaces), text.size()));
}

/// None when the line does not set one of these names.
std::optional<Parts> parts_of(ByteView line, const Names& names) {
  constexpr ByteView kByteOrderMark = "\xEF\xBB\xBF";
  constexpr ByteView kExport = "export ";
  ByteView rest = line;
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  rest = without_indent(rest);
  if (rest.starts_with(kExport)) rest = without_indent(rest.substr(kExport.size()));
  const ByteView name = rest.substr(0, std::min(rest.find_first_of(" \t="), rest.size()));
  if (name != names.plain && name != names.variable) return std::nullopt;
  const auto head = static_cast<std::size_t>(name.data() + name.size() - line.data());
  ByteView value = without_indent(line.substr(head));
  if (!value.starts_with('=')) return std::nullopt;
  Parts parts;
  parts.head = std::string{line.substr(0, head)} + '=';
  value.remove_prefix(1);
  const ByteView start = without_indent(value);
  parts.is_odd = start.size() != value.size() && !start.empty() && !start.starts_with('#');
  if (parts.is_odd) value = start;
  if (value.starts_with('"') || value.starts_with('\'')) parts.quote = value.front();
  const ByteView content = value.substr(0, end_of_value(value));
  parts.is_odd =
      parts.is_odd || content.empty() || content == "\"\"" || content == "''" || !is_ascii(content);
  const ByteView tail = value.substr(content.size());
  const ByteView comment = without_indent(tail);
  if (comment.starts_with('#') && comment.size() < tail.size()) parts.tail = std::string{tail};
  return parts;
}

std::string with_value(const Parts& parts, const std::string& value) {
  const bool needs_quotes = value.find_first_of(" \t") != std::string::npos;
  const std::string quote = parts.quote != '\0' ? std::string(1, parts.quote) : needs_quotes ? "\"" : "";
  return parts.head + quote + value + quote + parts.tail;
}

/// The file while it is edited.
class Editor {
 public:
  explicit Editor(ByteView text) : lines_(lines_with_endings(text)), after_(lines_.size()) {}

  /// `is_right`: the line that counts already says it. It is written again where another reader of the file
  /// (systemd, a shell) would not see it: an empty line of the same name follows, or its quotes are odd.
  void set(const Names& names, const std::string& value, bool is_right) {
    bool is_set = false;
    for (std::size_t at = lines_.size(); at-- > 0;) {
      const auto parts = parts_of(lines_[at].content, names);
      if (!parts) continue;
      if (is_set) {
        after_[at] = '#' + std::string{lines_[at].content};
      } else if (!is_right || parts->is_odd) {
        after_[at] = with_value(*parts, value);
      }
      is_set = true;
    }
    if (!is_set && !is_right) added_.push_back(std::string{names.plain} + "=\"" + value + '"');
  }

  [[nodiscard]] EditedSettings result() const {
    EditedSettings edited;
    for (std::size_t at = 0; at < lines_.size(); ++at) {
      const std::string before{lines_[at].content};
      const std::string& after = after_[at] ? *after_[at] : before;
      if (after != before) edited.changes.push_back({before, after});
      edited.text.append(after).append(lines_[at].ending);
    }
    append_new_lines(edited);
    return edited;
  }

 private:
  void append_new_lines(EditedSettings& edited) const {
    const bool has_carriage_returns = !lines_.empty() && lines_.front().ending == "\r\n";
    const std::string ending = has_carriage_returns ? "\r\n" : "\n";
    for (const std::string& line : added_) {
      if (!edited.text.empty() && edited.text.back() != '\n') edited.text += ending;
      edited.text += line + ending;
      edited.changes.push_back({{}, line});
    }
  }

  std::vector<Line> lines_;
  std::vector<std::optional<std::string>> after_;
  std::vector<std::string> added_;
};

std::vector<std::string> sorted_texts(const std::vector<Prefix>& prefixes) {
  std::vector<std::string> texts;
  for (const Prefix& prefix : prefixes) texts.push_back(prefix.to_string());
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

bool is_same_list(const std::vector<Prefix>& now, const std::string& wanted) {
  std::vector<Prefix> prefixes;
  for (const std::string& word : options::words_of(wanted)) {
    const auto prefix = Prefix::parse(word);
    if (!prefix) return false;
    prefixes.push_back(*prefix);
  }
  return sorted_texts(now) == sorted_texts(prefixes);
}

}  // namespace

EditedSettings edit_settings(ByteView text, const WantedSettings& wanted) {
  const EffectiveSettings now = effective_settings(text, {});
  Editor editor{text};
  if (!wanted.box.empty()) editor.set(kBoxNames, wanted.box, now.box == wanted.box);
  if (!wanted.vpn.empty()) {
    editor.set(kVpnNames, wanted.vpn, wanted.vpn_is_there || is_same_list(now.vpn, wanted.vpn));
  }
  return editor.result();
}

EffectiveSettings effective_settings(ByteView text, const std::string& file) {
  const options::Config config = options::read_config(text, file);
  options::Options read;
  EffectiveSettings effective;
  options::apply_settings(config.settings, read, effective.mistakes);
  effective.vpn = read.vpn;
  if (read.box_is_set) effective.box = read.box ? setting_text(*read.box) : "auto";
  return effective;
}

}  // namespace fapfon::setup
