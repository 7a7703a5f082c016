// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/passage.hpp"

#include <string>

#include "proxy/answer.hpp"
#include "proxy/timing.hpp"

namespace fapfon::proxy {

void Passage::leave(FlowId to) {
  const std::size_t start = out.buffer().size();
  edits.apply(out.buffer());
  out.send_from(to, start);
  left_on = to;
  if (line != nullptr) line_id = line->id;
  if (call != nullptr) call_ref = call->id;
  left = {start, out.buffer().size() - start};
}

void Passage::answer(int status) {
  if (!is_answerable(message)) return;
  const std::size_t start = out.buffer().size();
  append_answer(message, status, status == 503 ? kRetryAfter : 0s, out.buffer());
  out.send_from(flow.id, start);
  left_on = flow.id;
  left = {start, out.buffer().size() - start};
}

void Passage::refuse(sip::ParseError error) {
  const bool box_invite = from() == Side::box && message.start().method == sip::Method::invite;
  if (!is_answerable(message) || box_invite) return drop(to_text(error));
  const int status = status_of(error);
  out.note(Note::Kind::message_rejected, flow.id, {},
           std::to_string(status).append(" ").append(to_text(error)));
  answer(status);
}

void Passage::drop(ByteView cause) {
  out.note(Note::Kind::message_dropped, flow.id, line != nullptr ? line->id : LineId{}, std::string(cause));
}

}  // namespace fapfon::proxy
