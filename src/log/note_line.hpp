// SPDX-License-Identifier: GPL-2.0-or-later
// How the core's notes read in the log: one row for each kind, with its level, its constant sentence
// and the key that its text goes by (docs/logging-keys.md).
#pragma once

#include "log/log.hpp"
#include "proxy/action.hpp"

namespace fapfon::log {

/// How often lines of one kind may come (SPEC section 6).
enum class Pace : std::uint8_t {
  life,   ///< phones come and go: enough for a large installation after a power cut, but not for a flood
  fault,  ///< one line says as much as a thousand
};

/// How the notes of one kind are written.
struct NoteRow {
  proxy::Note::Kind kind;
  Level level;
  Pace pace;
  ByteView sentence;
  ByteView text_key;  ///< what the note's text is called; empty: the note has no text
};

/// In the order of Note::Kind.
inline constexpr NoteRow kNotes[] = {
    {proxy::Note::Kind::flow_opened, Level::detail, Pace::life, "flow opened", ""},
    {proxy::Note::Kind::flow_closed, Level::detail, Pace::life, "flow closed", "cause"},
    {proxy::Note::Kind::line_opened, Level::detail, Pace::life, "line opened", "aor"},
    {proxy::Note::Kind::line_registered, Level::detail, Pace::life, "phone registered", "aor"},
    {proxy::Note::Kind::line_taken_over, Level::detail, Pace::life, "line taken over by another flow", "aor"},
    {proxy::Note::Kind::line_unregistered, Level::detail, Pace::life, "phone unregistered", "aor"},
    {proxy::Note::Kind::line_expired, Level::detail, Pace::life, "line expired", "aor"},
    {proxy::Note::Kind::line_identity, Level::verbose, Pace::life, "phone recognised", "identity"},
    {proxy::Note::Kind::registration_refused, Level::detail, Pace::fault, "registration refused", "status"},
    {proxy::Note::Kind::call_offered, Level::detail, Pace::life, "call offered", "call_id"},
    {proxy::Note::Kind::call_waits, Level::detail, Pace::life, "call waits for the phone", "call_id"},
    {proxy::Note::Kind::call_ended, Level::detail, Pace::life, "call ended", "call_id"},
    {proxy::Note::Kind::message_rejected, Level::detail, Pace::fault, "message rejected", "cause"},
    {proxy::Note::Kind::message_dropped, Level::detail, Pace::fault, "message dropped", "cause"},
    {proxy::Note::Kind::body_not_read, Level::info, Pace::fault, "encoded body passed on unread", "encoding"},
    {proxy::Note::Kind::limit_reached, Level::info, Pace::fault, "limit reached", "limit"},
    {proxy::Note::Kind::box_lost, Level::info, Pace::fault, "connection to the Box lost", "cause"},
    {proxy::Note::Kind::box_back, Level::info, Pace::fault, "Box is back", ""},
    {proxy::Note::Kind::box_unreachable, Level::error, Pace::fault, "Box cannot be reached", "cause"},
};

/// The row of this kind; every kind has one.
constexpr const NoteRow& row_of(proxy::Note::Kind kind) {
  return kNotes[static_cast<std::size_t>(kind)];
}

/// "F12.3": the flow in slot 12, the third to be there; "-" for none.
std::string to_text(proxy::FlowId id);
/// "L4.1"
std::string to_text(proxy::LineId id);

}  // namespace fapfon::log
