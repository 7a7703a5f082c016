// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/line_table.hpp"

#include <algorithm>

namespace fapfon::proxy {

bool LineTable::is_full_for(const IpAddress& source) const noexcept {
  const auto found = lines_per_source_.find(source);
  return found != lines_per_source_.end() && found->second >= limits_.max_lines_per_source;
}

Line& LineTable::open(std::string aor, const IpAddress& source) {
  Line& line = lines_.emplace();
  line.aor = std::move(aor);
  line.source = source;
  line.box_facing = stock_.back().address;
  line.box_udp = stock_.back().udp;
  line.box_tcp = stock_.back().tcp;
  stock_.pop_back();
  by_aor_[line.aor].push_back(line.id);
  by_box_facing_[line.box_facing] = line.id;
  ++lines_per_source_[source];
  return line;
}

void LineTable::erase(LineId id) {
  const Line* line = lines_.find(id);
  if (line == nullptr) return;
  const auto of_aor = by_aor_.find(line->aor);
  std::erase(of_aor->second, id);
  if (of_aor->second.empty()) by_aor_.erase(of_aor);
  const auto of_source = lines_per_source_.find(line->source);
  if (--of_source->second == 0) lines_per_source_.erase(of_source);
  by_box_facing_.erase(line->box_facing);
  lines_.erase(id);
}

Line* LineTable::find_by_box_facing(const SocketAddress& address) noexcept {
  const auto found = by_box_facing_.find(address);
  return found == by_box_facing_.end() ? nullptr : lines_.find(found->second);
}

const std::vector<LineId>& LineTable::of_aor(const std::string& aor) const noexcept {
  static const std::vector<LineId> none;
  const auto found = by_aor_.find(aor);
  return found == by_aor_.end() ? none : found->second;
}

Line* LineTable::oldest_reserved() noexcept {
  Line* oldest = nullptr;
  lines_.for_each([&](Line& line) {
    if (line.state != LineState::reserved) return;
    if (oldest == nullptr || line.reserved_until < oldest->reserved_until) oldest = &line;
  });
  return oldest;
}

std::size_t LineTable::count_in_use() const noexcept {
  std::size_t count = 0;
  lines_.for_each([&](const Line& line) { count += line.state == LineState::reserved ? 0U : 1U; });
  return count;
}

}  // namespace fapfon::proxy
