// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/activity_count.hpp"

#include <algorithm>

namespace fapfon::app {
namespace {

using setup::CallResult;
using Kind = proxy::Note::Kind;

std::uint64_t key_of(proxy::LineId line) {
  return (std::uint64_t{line.generation} << 32U) | line.index;
}

bool has_audio_from(const relay::MediaReport& media, Side side) {
  return std::ranges::any_of(media.streams, [&](const relay::StreamReport& stream) {
    return stream.type == relay::MediaType::audio && stream.from.of(side).figures.packet_count > 0;
  });
}

CallResult result_of(const proxy::CallReport& report) {
  if (report.talked_for == Duration{}) return CallResult::not_answered;
  const bool phone = has_audio_from(report.media, Side::phone);
  const bool box = has_audio_from(report.media, Side::box);
  if (phone && box) return CallResult::both_ways;
  if (phone) return CallResult::from_phone_only;
  return box ? CallResult::from_box_only : CallResult::silent;
}

}  // namespace

bool ActivityCount::count(const proxy::Note& note, Side from) {
  switch (note.kind) {
    case Kind::line_registered:
    case Kind::line_taken_over:
      activity_.newest = setup::safe_name(note.text);
      set_registered(note.line, true);
      return true;
    case Kind::line_unregistered:
    case Kind::line_expired:
      set_registered(note.line, false);
      return true;
    case Kind::registration_refused:
      ++activity_.refused;
      return true;
    case Kind::call_offered:
      ++(from == Side::box ? activity_.incoming : activity_.outgoing);
      return true;
    case Kind::call_ended:
      end_call(CallResult::not_heard);
      return true;
    case Kind::flow_opened:
    case Kind::flow_closed:
    case Kind::line_opened:
    case Kind::line_identity:
    case Kind::call_waits:
    case Kind::message_rejected:
    case Kind::message_dropped:
    case Kind::body_not_read:
    case Kind::limit_reached:
    case Kind::box_lost:
    case Kind::box_back:
    case Kind::box_unreachable:
      return false;
  }
  return false;
}

bool ActivityCount::count(const proxy::CallReport& report) {
  end_call(result_of(report));
  return true;
}

void ActivityCount::forget_phones() {
  registered_.clear();
  activity_.registered = 0;
}

void ActivityCount::set_registered(proxy::LineId line, bool is_registered) {
  if (is_registered) {
    registered_.insert(key_of(line));
  } else {
    registered_.erase(key_of(line));
  }
  activity_.registered = registered_.size();
}

void ActivityCount::end_call(CallResult result) {
  ++activity_.ended;
  activity_.last = result;
}

}  // namespace fapfon::app
