// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/note_log.hpp"

#include "base/limits.hpp"

namespace fapfon::log {
namespace {

constexpr std::size_t kLifeBurst = 2'000;
constexpr auto kLifeRefill = 20ms;
constexpr std::size_t kFaultBurst = 20;
constexpr auto kFaultRefill = 1s;

RateLimit limit_for(Pace pace) {
  return pace == Pace::life ? RateLimit{kLifeBurst, kLifeRefill} : RateLimit{kFaultBurst, kFaultRefill};
}

}  // namespace

NoteLog::NoteLog(Log& log) : log_(log) {
  for (const NoteRow& row : kNotes) limits_.push_back(limit_for(row.pace));
}

void NoteLog::write(const proxy::Note& note, const std::optional<proxy::Proxy::FlowView>& view,
                    TimePoint now) {
  if (!shows(note.kind)) return;
  const auto left_out = limits_[static_cast<std::size_t>(note.kind)].admit(now);
  if (!left_out) return;
  const NoteRow& row = row_of(note.kind);
  const bool of_line = static_cast<bool>(note.line);
  const std::string subject = of_line ? to_text(note.line) : to_text(note.flow);
  const auto when = [](bool there, ByteView key) { return there ? key : ByteView{}; };
  log_.write(row.level, subject, row.sentence,
             {kv(when(of_line && note.flow, "flow"), to_text(note.flow)),
              kv(when(!note.text.empty(), row.text_key), note.text),
              kv(when(note.box_facing.port != 0, "box_facing"), note.box_facing.to_string()),
              kv(when(view.has_value(), "transport"), view ? fapfon::to_text(view->transport) : ByteView{}),
              kv(when(view.has_value(), "local"), view ? view->local.to_string() : std::string{}),
              kv(when(view.has_value(), "remote"), view ? view->remote.to_string() : std::string{}),
              kv(when(*left_out > 0, "suppressed"), *left_out)});
}

void NoteLog::report_suppressed() {
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    const std::size_t left_out = limits_[i].take_suppressed();
    if (left_out == 0) continue;
    log_.write(kNotes[i].level, "-", "lines left out",
               {kv("sentence", kNotes[i].sentence), kv("suppressed", left_out)});
  }
}

}  // namespace fapfon::log
