// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/option_docs.hpp"

#include <algorithm>

#include "options/option_table.hpp"

namespace fapfon::options {
namespace {

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

/// One more word of a list.
void append_word(std::string& list, const std::string& word, const char* separator) {
  if (!list.empty()) list += separator;
  list += word;
}

}  // namespace

std::string help_text() {
  constexpr std::size_t kLetterColumn = 14;
  constexpr std::size_t kNameColumn = 34;
  std::string text =
      "usage: fapfon-proxy [options] [BOX_ADDRESS[:SIP_PORT]]\n"
      "       fapfon-proxy nat {setup|cleanup|show} [options] [BOX_ADDRESS[:SIP_PORT]]\n"
      "       fapfon-proxy check [options] [BOX_ADDRESS[:SIP_PORT]]\n"
      "       fapfon-proxy setup [options] [BOX_ADDRESS[:SIP_PORT]]\n"
      "SIP_PORT default: 5060; without BOX_ADDRESS a FRITZ!Box is looked for\n"
      "options:\n";
  for (const OptionRow& row : kOptions) {
    const std::string letter =
        row.letter.empty() ? "" : "-" + std::string{row.letter} + " " + std::string{row.value};
    text += "  " + padded(letter, kLetterColumn) + padded(long_form(row), kNameColumn) +
            std::string{row.help} + "\n";
  }
  return text;
}

std::string setup_help_text() {
  return "usage: sudo fapfon-proxy setup [--yes] [--wait=SECONDS] [--vpn=RANGE]\n"
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
         "           3 settings are written and something is wrong\n";
}

std::string man_options() {
  std::string text;
  for (const OptionRow& row : kOptions) {
    const std::string letter = row.letter.empty() ? "" : "*-" + std::string{row.letter} + "*, ";
    const std::string name = "--" + std::string{row.name};
    const std::string value = escaped(long_form(row).substr(name.size()));
    text += letter + "*" + name + "*" + value + "\n\t" + escaped(row.help) + ".";
    const std::string variable = environment_name(row);
    if (!variable.empty()) text += " Variable: *" + escaped(variable) + "*.";
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
         choices +                                              //
         "    " + files + ") _filedir; return ;;\n" +           //
         "    " + directories + ") _filedir -d; return ;;\n" +  //
         "    nat) _fapfon_proxy_offer 'setup cleanup show'; return ;;\n"
         "  esac\n"
         "  $split && return\n"
         "  if [[ $cur == -* ]]; then\n"
         "    _fapfon_proxy_offer '" +
         words + "'\n" +
         "    [[ ${COMPREPLY-} == *= ]] && compopt -o nospace\n"
         "  elif ((cword == 1)); then\n"
         "    _fapfon_proxy_offer 'setup check nat'\n"
         "  fi\n"
         "} &&\n"
         "  complete -F _fapfon_proxy fapfon-proxy\n";
}

}  // namespace fapfon::options
