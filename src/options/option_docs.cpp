// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/option_docs.hpp"

#include <algorithm>

#include "base/words.hpp"
#include "options/option_table.hpp"
#include "text/translate.hpp"

namespace fapfon::options {
namespace {

using text::columns_of;
using text::tr;
using text::tr_later;
using text::trf;

bool is_value_optional(const OptionRow& row) {
  return !row.value.empty() && row.value.front() == '[';
}

/// "--verbose[=LEVEL]", "--port=PORT", "--json"
std::string long_form(const OptionRow& row) {
  std::string name = "--" + std::string{row.name};
  if (is_value_optional(row)) return name + "[=" + std::string{row.value.substr(1)};
  return row.value.empty() ? name : name + "=" + std::string{row.value};
}

std::string padded(std::string text, std::size_t columns) {
  text.resize(std::max(columns, text.size() + 1), ' ');
  return text;
}

/// scdoc reads these as markup.
std::string escaped(ByteView text) {
  constexpr ByteView kMarkup = "*_\\#<>[]";
  std::string out;
  for (const char c : text) {
    if (kMarkup.find(c) != ByteView::npos) out += '\\';
    out += c;
  }
  return out;
}

bool is_shown(const OptionRow& row) {
  return !row.help.empty();
}

/// Appends `text` from `indent` on, where the cursor already is, in lines of at most 80 columns.
void append_wrapped(std::string& out, ByteView text, std::size_t indent) {
  constexpr std::size_t kColumns = 80;
  std::size_t at = indent;
  for (const ByteView word : split(text, " ")) {
    if (at > indent && at + 1 + columns_of(word) > kColumns) {
      out.append("\n").append(indent, ' ');
      at = indent;
    }
    if (at > indent) out += ' ';
    out += word;
    at += columns_of(word) + (at > indent ? 1 : 0);
  }
  out += '\n';
}

/// "  NAME   TEXT", the text in a column of its own; below a name that is too long for that.
void append_row(std::string& out, const std::string& name, ByteView text, std::size_t column) {
  const std::string start = "  " + name;
  out += start.size() + 2 > column ? start + '\n' + std::string(column, ' ') : padded(start, column);
  append_wrapped(out, text, column);
}

struct CommandRow {
  const char* words;
  const char* help;
};

/// In the order in which a new user needs them.
constexpr CommandRow kCommands[] = {
    {"[run]", tr_later("Serve phones: pass their calls on to the FRITZ!Box. The service does this")},
    {"setup", tr_later("Find the FRITZ!Box and the VPN, write the settings, start the service")},
    {"check", tr_later("Show what works and what does not, and how to fix it")},
    {"nat setup", tr_later("Redirect SIP from the VPN to fapfon-proxy (the service does this, too)")},
    {"nat cleanup", tr_later("Remove this redirection")},
    {"nat show", tr_later("Print its rules and whether they are in place")},
};

/// One more word of a list.
void append_word(std::string& list, const std::string& word, const char* separator) {
  if (!list.empty()) list += separator;
  list += word;
}

}  // namespace

std::string help_text() {
  constexpr std::size_t kCommandColumn = 16;
  constexpr std::size_t kOptionColumn = 30;
  std::string text = tr("usage: fapfon-proxy [options] [BOX_ADDRESS[:SIP_PORT]]\n"
                        "       fapfon-proxy COMMAND [options] [BOX_ADDRESS[:SIP_PORT]]\n") +
                     "\n" + tr("commands:") + "\n";
  for (const CommandRow& row : kCommands) append_row(text, row.words, tr(row.help), kCommandColumn);
  text += '\n';
  append_wrapped(
      text,
      tr("BOX_ADDRESS: address or name of the FRITZ!Box, like 192.168.178.1 or fritz.box. Without it "
         "the FRITZ!Box is searched for. SIP_PORT: 5060 unless given."),
      0);
  text += "\n" + tr("options:") + "\n";
  for (const OptionRow& row : kOptions) {
    if (!is_shown(row)) continue;
    const std::string letter = row.letter.empty() ? "    " : "-" + std::string{row.letter} + ", ";
    append_row(text, letter + long_form(row), tr(row.help), kOptionColumn);
  }
  return text;
}

std::string setup_help_text() {
  return tr(
      "usage: sudo fapfon-proxy setup [--yes] [--wait=SECONDS] [--vpn=RANGE]\n"
      "                               [BOX_ADDRESS]\n"
      "Finds the FRITZ!Box and the VPN, writes /etc/default/fapfon-proxy, starts the\n"
      "service, and waits for a phone and a call. Asks before anything is changed.\n"
      "options:\n"
      "  --yes           ask nothing; change nothing when something is unknown\n"
      "  --wait=SECONDS  time to wait for a phone and a call (600, with --yes 0)\n"
      "  --vpn=RANGE     address range of the VPN, like 10.8.0.0/24; may be repeated\n"
      "  --config=FILE   write FILE instead; the service is not started then\n"
      "  BOX_ADDRESS     of the FRITZ!Box, like 192.168.178.1 or fritz.box\n"
      "exit code: 0 all well, 1 nothing was changed, 2 wrong option,\n"
      "           3 settings are written and something is wrong\n");
}

std::string man_options() {
  std::string text;
  for (const OptionRow& row : kOptions) {
    if (!is_shown(row)) continue;
    const std::string letter = row.letter.empty() ? "" : "*-" + std::string{row.letter} + "*, ";
    const std::string name = "--" + std::string{row.name};
    const std::string value = escaped(long_form(row).substr(name.size()));
    text += letter + "*" + name + "*" + value + "\n\t" + escaped(tr(row.help)) + ".";
    const std::string variable = environment_name(row);
    if (!variable.empty()) text += " " + trf("Variable: {}.", "*" + escaped(variable) + "*");
    text += "\n\n";
  }
  return text;
}

std::string bash_completion() {
  std::string words;
  std::string files;
  std::string directories;
  std::string choices;
  for (const OptionRow& row : kOptions) {
    if (!is_shown(row)) continue;
    const std::string name = "--" + std::string{row.name};
    const std::string names = row.letter.empty() ? name : "-" + std::string{row.letter} + "|" + name;
    append_word(words, name + (row.value.empty() || is_value_optional(row) ? "" : "="), " ");
    if (row.kind == ValueKind::file) append_word(files, names, "|");
    if (row.kind == ValueKind::directory) append_word(directories, names, "|");
    if (row.value.empty() || row.value.front() != '{') continue;
    std::string values{row.value.substr(1, row.value.size() - 2)};
    std::replace(values.begin(), values.end(), '|', ' ');
    choices += "    " + names + ") _fapfon_proxy_offer '" + values + "'; return ;;\n";
  }
  return "# bash completion for fapfon-proxy; made by './dev docs' from src/options/option_table.hpp\n"
         "# SPDX-License-Identifier: GPL-2.0-or-later\n"
         "_fapfon_proxy_offer() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); }\n\n"
         "_fapfon_proxy() {\n"
         "  # shellcheck disable=SC2034\n"
         "  local cur prev words cword split  # _init_completion fills them\n"
         "  _init_completion -s || return\n"
         "  case $prev in\n" +
         choices +                                     //
         "    " + files + ") _filedir; return ;;\n" +  //
         (directories.empty() ? "" : "    " + directories + ") _filedir -d; return ;;\n") +
         "    nat) _fapfon_proxy_offer 'setup cleanup show'; return ;;\n"
         "  esac\n"
         "  $split && return\n"
         "  if [[ $cur == -* ]]; then\n"
         "    _fapfon_proxy_offer '" +
         words + "'\n" +
         "    [[ ${COMPREPLY-} == *= ]] && compopt -o nospace\n"
         "  elif ((cword == 1)); then\n"
         "    _fapfon_proxy_offer 'run setup check nat'\n"
         "  fi\n"
         "} &&\n"
         "  complete -F _fapfon_proxy fapfon-proxy\n";
}

}  // namespace fapfon::options
