// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/activity.hpp"

#include <algorithm>
#include <utility>

namespace fapfon::setup {
namespace {

constexpr ByteView kRegistered = "phones registered: ";
constexpr ByteView kNewest = "newest: ";
constexpr ByteView kRefused = "refused: ";
constexpr ByteView kIncoming = "calls in: ";
constexpr ByteView kOutgoing = "calls out: ";
constexpr ByteView kEnded = "calls ended: ";
constexpr ByteView kLast = "last call: ";
constexpr ByteView kSeparator = ", ";
constexpr ByteView kNobody = "-";

constexpr std::pair<CallResult, ByteView> kResults[] = {
    {CallResult::none, "-"},
    {CallResult::not_answered, "not answered"},
    {CallResult::both_ways, "audio both ways"},
    {CallResult::from_phone_only, "audio from the phone only"},
    {CallResult::from_box_only, "audio from the Box only"},
    {CallResult::silent, "no audio"},
    {CallResult::not_heard, "audio went directly"},
};

ByteView to_text(CallResult result) {
  const auto* const row = std::ranges::find(kResults, result, &std::pair<CallResult, ByteView>::first);
  return row->second;
}

/// What stands behind `name`, up to the next separator.
std::optional<ByteView> value_of(ByteView status, ByteView name) {
  const std::size_t at = status.find(name);
  if (at == ByteView::npos) return std::nullopt;
  const ByteView rest = status.substr(at + name.size());
  return rest.substr(0, std::min(rest.find_first_of(",\n"), rest.size()));
}

bool read_count(ByteView status, ByteView name, std::size_t& count) {
  const auto value = value_of(status, name);
  const auto number = value ? parse_decimal<std::size_t>(*value) : std::nullopt;
  if (number) count = *number;
  return number.has_value();
}

bool read_result(ByteView status, CallResult& result) {
  const auto value = value_of(status, kLast);
  const auto* const row =
      std::ranges::find(kResults, value.value_or(ByteView{}), &std::pair<CallResult, ByteView>::second);
  if (row == std::end(kResults)) return false;
  result = row->first;
  return true;
}

}  // namespace

std::string to_text(const Activity& activity) {
  std::string text;
  const auto append = [&](ByteView name, ByteView value) {
    if (!text.empty()) text += kSeparator;
    text.append(name).append(value);
  };
  append(kRegistered, std::to_string(activity.registered));
  append(kNewest, activity.newest.empty() ? kNobody : ByteView{activity.newest});
  append(kRefused, std::to_string(activity.refused));
  append(kIncoming, std::to_string(activity.incoming));
  append(kOutgoing, std::to_string(activity.outgoing));
  append(kEnded, std::to_string(activity.ended));
  append(kLast, to_text(activity.last));
  return text;
}

std::optional<Activity> read_activity(ByteView status) {
  const std::size_t start = status.find(kRegistered);
  if (start == ByteView::npos) return std::nullopt;
  status.remove_prefix(start);
  Activity activity;
  const auto newest = value_of(status, kNewest);
  const bool is_whole = read_count(status, kRegistered, activity.registered) && newest &&
                        read_count(status, kRefused, activity.refused) &&
                        read_count(status, kIncoming, activity.incoming) &&
                        read_count(status, kOutgoing, activity.outgoing) &&
                        read_count(status, kEnded, activity.ended) && read_result(status, activity.last);
  if (!is_whole) return std::nullopt;
  if (*newest != kNobody) activity.newest = std::string{*newest};
  return activity;
}

std::string safe_name(ByteView aor) {
  constexpr std::size_t kMostBytes = 32;
  const auto is_plain = [](char c) {
    return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
           ByteView{"._+*#"}.find(c) != ByteView::npos;
  };
  std::string name{aor.substr(0, std::min({aor.find('@'), aor.size(), kMostBytes}))};
  std::ranges::replace_if(
      name, [&](char c) { return !is_plain(c); }, '?');
  return name;
}

}  // namespace fapfon::setup
