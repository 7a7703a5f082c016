// SPDX-License-Identifier: GPL-2.0-or-later
// Writes the core's notes to the log, each kind within its own rate (SPEC section 6).
#pragma once

#include <optional>
#include <vector>

#include "log/log.hpp"
#include "log/note_line.hpp"
#include "log/rate_limit.hpp"
#include "proxy/proxy.hpp"

namespace fapfon::log {

class NoteLog {
 public:
  explicit NoteLog(Log& log);

  /// `view`: the flow of the note, when it is still there.
  void write(const proxy::Note& note, const std::optional<proxy::Proxy::FlowView>& view, TimePoint now);
  /// False when write() would do nothing for this kind, so that the caller need not look up the arguments.
  [[nodiscard]] bool shows(proxy::Note::Kind kind) const { return log_.shows(row_of(kind).level); }
  /// Writes how many lines were left out since the last report, one line for each kind.
  void report_suppressed();

 private:
  Log& log_;
  std::vector<RateLimit> limits_;  // by kind
};

}  // namespace fapfon::log
