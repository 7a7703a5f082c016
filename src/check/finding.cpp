// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/finding.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fapfon::check {
namespace {

auto rank_of(const Finding& finding) {
  const auto* const found = std::find(std::begin(kFindingIds), std::end(kFindingIds), finding.id);
  return std::pair{finding.verdict, found - std::begin(kFindingIds)};
}

bool has(const Findings& findings, Verdict verdict) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return finding.verdict == verdict; });
}

}  // namespace

ByteView to_text(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::wrong:
      return "wrong";
    case Verdict::could_not_look:
      return "could_not_look";
    case Verdict::note:
      return "note";
    case Verdict::ok:
      return "ok";
  }
  return "";
}

Step say(std::string text) {
  return {Step::Kind::say, std::move(text)};
}

Step run(std::string command) {
  return {Step::Kind::run, std::move(command)};
}

void put_in_order(Findings& findings) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return rank_of(a) < rank_of(b); });
}

int exit_code(const Findings& findings) {
  if (has(findings, Verdict::wrong)) return 1;
  return has(findings, Verdict::could_not_look) ? 2 : 0;
}

}  // namespace fapfon::check
