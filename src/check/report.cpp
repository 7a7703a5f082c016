// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/report.hpp"

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

#include <boost/json.hpp>

#include "text/translate.hpp"

namespace fapfon::check {
namespace {

namespace json = boost::json;
using text::columns_of;
using text::tr;
using text::trf;

constexpr std::size_t kColumns = 80;
/// Verdicts stand in a column of their own; all else begins here.
constexpr std::size_t kIndent = 9;

std::string word_for(Verdict verdict) {
  switch (verdict) {
    case Verdict::wrong:
      return tr("WRONG");
    case Verdict::could_not_look:
      return tr("UNKNOWN");
    case Verdict::note:
      return tr("note");
    case Verdict::ok:
      return tr("ok");
  }
  return {};
}

ByteView colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::wrong:
      return "\x1b[1;31m";
    case Verdict::could_not_look:
    case Verdict::note:
      return "\x1b[33m";
    case Verdict::ok:
      return "\x1b[32m";
  }
  return "";
}

/// Appends `text` from column `indent` on, where later lines begin, too.
void put_wrapped(std::string& out, ByteView text, std::size_t indent) {
  std::size_t at = indent;
  bool is_first = true;
  while (!text.empty()) {
    const ByteView word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (!is_first && at + 1 + columns_of(word) > kColumns) {
      out.append("\n").append(indent, ' ');
      at = indent;
    } else if (!is_first) {
      out.append(" ");
      ++at;
    }
    out.append(word);
    at += columns_of(word);
    is_first = false;
  }
  out.append("\n");
}

void put_verdict(std::string& out, const Finding& finding, bool is_coloured) {
  const std::string word = word_for(finding.verdict);
  if (is_coloured) out.append(colour_of(finding.verdict));
  out.append(word);
  if (is_coloured) out.append("\x1b[0m");
  out.append(kIndent - columns_of(word), ' ');
}

/// Appends a label, and returns the column of what stands behind it.
std::size_t put_label(std::string& out, ByteView label) {
  out.append(kIndent, ' ').append(label).append(" ");
  return kIndent + columns_of(label) + 1;
}

void put_remedy(std::string& out, const std::vector<Step>& remedy) {
  const std::size_t indent = put_label(out, tr("fix:"));
  bool is_first = true;
  for (const Step& step : remedy) {
    if (!is_first) out.append(indent, ' ');
    is_first = false;
    switch (step.kind) {
      case Step::Kind::say:
        put_wrapped(out, step.text, indent);
        break;
      case Step::Kind::run:
        out.append("  ").append(step.text).append("\n");
        break;
    }
  }
}

void put_finding(std::string& out, const Finding& finding, bool is_coloured) {
  put_verdict(out, finding, is_coloured);
  put_wrapped(out, finding.seen, kIndent);
  if (finding.verdict == Verdict::ok) return;
  if (!finding.why.empty()) {
    out.append(kIndent, ' ');
    put_wrapped(out, finding.why, kIndent);
  }
  const std::size_t indent = put_label(out, tr("seen in:"));
  put_wrapped(out, finding.looked_at + " [" + finding.id + "]", indent);
  if (!finding.remedy.empty()) put_remedy(out, finding.remedy);
  out.append("\n");
}

std::ptrdiff_t count(const Findings& findings, Verdict verdict) {
  return std::count_if(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.verdict == verdict; });
}

std::string things_wrong(std::ptrdiff_t number) {
  return number == 1 ? tr("1 thing is wrong") : trf("{} things are wrong", number);
}

std::string things_unknown(std::ptrdiff_t number) {
  return number == 1 ? tr("1 thing could not be checked") : trf("{} things could not be checked", number);
}

std::string summary_of(const Findings& findings) {
  const auto wrong = count(findings, Verdict::wrong);
  const auto unknown = count(findings, Verdict::could_not_look);
  if (wrong == 0 && unknown == 0) return tr("All well.");
  std::string text;
  if (wrong > 0) text = things_wrong(wrong);
  if (unknown > 0) text += (wrong > 0 ? ", " : "") + things_unknown(unknown);
  return text + (wrong > 1 ? ". " + tr("Fix the first problem, then run check again.") : ".");
}

json::string json_text(ByteView text) {
  return json::string(text.data(), text.size());
}

json::object json_of(const Finding& finding) {
  json::array remedy;
  for (const Step& step : finding.remedy) {
    remedy.push_back(json::object{{step.kind == Step::Kind::run ? "run" : "say", json_text(step.text)}});
  }
  return {{"id", json_text(finding.id)},     {"verdict", json_text(to_text(finding.verdict))},
          {"seen", json_text(finding.seen)}, {"looked_at", json_text(finding.looked_at)},
          {"why", json_text(finding.why)},   {"remedy", std::move(remedy)}};
}

}  // namespace

std::string to_report(const Findings& findings, bool is_coloured) {
  std::string out;
  for (const Finding& finding : findings) put_finding(out, finding, is_coloured);
  out.append("\n");
  put_wrapped(out, summary_of(findings), 0);
  return out;
}

std::string to_json(const Findings& findings) {
  json::array list;
  for (const Finding& finding : findings) list.push_back(json_of(finding));
  const int code = exit_code(findings);
  const ByteView verdict = code == 0 ? "ok" : to_text(code == 1 ? Verdict::wrong : Verdict::could_not_look);
  const json::object root{
      {"verdict", json_text(verdict)}, {"exit_code", code}, {"findings", std::move(list)}};
  return json::serialize(root) + "\n";
}

bool stdout_shows_colours() {
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0') &&
         (terminal == nullptr || ByteView{terminal} != "dumb");
}

}  // namespace fapfon::check
