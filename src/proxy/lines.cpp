// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/lines.hpp"

#include <algorithm>

namespace fapfon::proxy {

Line& Lines::open(std::string aor, const IpAddress& source) {
  const BoxFacing box_facing = stock_.back();
  stock_.pop_back();
  Line& line = add(std::move(aor), source, box_facing);
  guests_.lines.add(line.id, source);
  return line;
}

Line* Lines::restore(std::string aor, const IpAddress& source, const BoxFacing& box_facing) {
  const bool may_be = is_free(box_facing.address) && !is_full();
  if (!may_be) return nullptr;
  Line& line = add(std::move(aor), source, box_facing);
  guests_.lines.add(line.id, source);
  return &line;
}

bool Lines::is_free(const SocketAddress& box_facing) const noexcept {
  return !by_box_facing_.contains(box_facing) &&
         std::ranges::find(stock_, box_facing, &BoxFacing::address) == stock_.end();
}

Line& Lines::add(std::string aor, const IpAddress& source, const BoxFacing& box_facing) {
  Line& line = lines_.emplace();
  line.aor = std::move(aor);
  line.source = source;
  line.box_facing = box_facing.address;
  line.box_udp = box_facing.udp;
  line.box_tcp = box_facing.tcp;
  by_aor_[line.aor].push_back(line.id);
  by_box_facing_[line.box_facing] = line.id;
  return line;
}

void Lines::erase(LineId id) {
  const Line* line = lines_.find(id);
  if (line == nullptr) return;
  remove_from(by_aor_, line->aor, id);
  if (!line->instance.empty()) remove_from(by_instance_, line->instance, id);
  guests_.lines.remove(id);
  by_box_facing_.erase(line->box_facing);
  lines_.erase(id);
}

Line* Lines::find_by_box_facing(const SocketAddress& address) noexcept {
  const auto found = by_box_facing_.find(address);
  return found == by_box_facing_.end() ? nullptr : lines_.find(found->second);
}

const std::vector<LineId>& Lines::of_aor(const std::string& aor) const noexcept {
  return find_in(by_aor_, aor);
}

void Lines::set_instance(Line& line, ByteView instance) {
  if (line.instance == instance) return;
  if (!line.instance.empty()) remove_from(by_instance_, line.instance, line.id);
  line.instance = instance;
  if (!line.instance.empty()) by_instance_[line.instance].push_back(line.id);
}

const std::vector<LineId>& Lines::of_instance(const std::string& instance) const noexcept {
  return find_in(by_instance_, instance);
}

const std::vector<LineId>& Lines::find_in(const Index& index, const std::string& key) noexcept {
  static const std::vector<LineId> none;
  const auto found = index.find(key);
  return found == index.end() ? none : found->second;
}

void Lines::remove_from(Index& index, const std::string& key, LineId id) {
  const auto found = index.find(key);
  std::erase(found->second, id);
  if (found->second.empty()) index.erase(found);
}

Line* Lines::find_by_contact(ByteView phone_uri) noexcept {
  Line* found = nullptr;
  bool is_only = true;
  lines_.for_each([&](Line& line) {
    const bool has = std::ranges::any_of(line.contacts, [&](const Contact& contact) {
      return contact.registered && contact.pair.phone_uri == phone_uri;
    });
    if (!has) return;
    is_only = found == nullptr;
    found = &line;
  });
  return is_only ? found : nullptr;
}

Line* Lines::oldest_reserved() noexcept {
  Line* oldest = nullptr;
  lines_.for_each([&](Line& line) {
    if (line.state != LineState::reserved) return;
    if (oldest == nullptr || line.reserved_until < oldest->reserved_until) oldest = &line;
  });
  return oldest;
}

Line* Lines::surplus_reservation() noexcept {
  const bool is_tight = accepted_count() + guests_part(limits_.max_lines) > limits_.max_lines;
  return is_tight ? oldest_reserved() : nullptr;
}

std::size_t Lines::count_in_use() const noexcept {
  std::size_t count = 0;
  lines_.for_each([&](const Line& line) { count += line.state == LineState::reserved ? 0U : 1U; });
  return count;
}

}  // namespace fapfon::proxy
