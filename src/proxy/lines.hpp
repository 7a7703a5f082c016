// SPDX-License-Identifier: GPL-2.0-or-later
// All lines, found by id and by AOR, and the stock of box-facing addresses that new ones take theirs
// from (SPEC L2, L5, L9).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/hash.hpp"
#include "base/limits.hpp"
#include "base/slot_map.hpp"
#include "proxy/guests.hpp"
#include "proxy/line.hpp"

namespace fapfon::proxy {

/// A box-facing address that is open, with its two flows. In stock until a line takes it.
struct BoxFacing {
  SocketAddress address;
  FlowId udp;
  FlowId tcp;
};

class Lines {
 public:
  Lines(const Limits& limits, Guests& guests) : limits_(limits), guests_(guests) {}

  void add_stock(const BoxFacing& box_facing) { stock_.push_back(box_facing); }
  [[nodiscard]] std::size_t stock_count() const noexcept { return stock_.size(); }
  [[nodiscard]] bool is_full() const noexcept { return lines_.size() >= limits_.max_lines; }

  /// A new line for `aor`, a guest, with an address from the stock, which must not be empty. Valid until
  /// erase(), as all lines that are found.
  Line& open(std::string aor, const IpAddress& source);
  /// A line of an earlier run of the program, a guest as well, at the address that it had. Null when another
  /// line has that address, or over the limit.
  Line* restore(std::string aor, const IpAddress& source, const BoxFacing& box_facing);
  /// True when no line has this box-facing address and it is not in stock.
  [[nodiscard]] bool is_free(const SocketAddress& box_facing) const noexcept;
  /// The Box has accepted something of the line: it stops being a guest.
  void set_accepted(const Line& line) { guests_.lines.remove(line.id); }
  [[nodiscard]] bool is_guest(LineId id) const noexcept { return guests_.lines.contains(id); }
  /// Lines other than those of guests, reserved ones included.
  [[nodiscard]] std::size_t accepted_count() const noexcept { return lines_.size() - guests_.lines.size(); }
  /// Forgets the line; its box-facing address is the caller's to release.
  void erase(LineId id);

  /// Null when the line is gone.
  Line* find(LineId id) noexcept { return lines_.find(id); }
  [[nodiscard]] const Line* find(LineId id) const noexcept { return lines_.find(id); }
  /// The lines of an AOR, the oldest first. Valid until the next open() or erase().
  [[nodiscard]] const std::vector<LineId>& of_aor(const std::string& aor) const noexcept;
  /// Sets the +sip.instance of the line, quotes included, by which of_instance() finds it from now on.
  void set_instance(Line& line, ByteView instance);
  /// The lines of that +sip.instance: a phone with several accounts has several. Valid as of_aor()'s.
  [[nodiscard]] const std::vector<LineId>& of_instance(const std::string& instance) const noexcept;
  /// Null when no line has this box-facing address.
  Line* find_by_box_facing(const SocketAddress& address) noexcept;
  /// The only line on which the Box has accepted this Contact, byte for byte as a phone wrote it; else null.
  Line* find_by_contact(ByteView phone_uri) noexcept;
  /// The reserved line whose reservation ends first; null when none is reserved.
  Line* oldest_reserved() noexcept;
  /// L9: the same while other lines take the guests' part of the room; else null.
  Line* surplus_reservation() noexcept;
  /// Lines that are not reserved.
  [[nodiscard]] std::size_t count_in_use() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return lines_.size(); }

  /// Calls visit(const Line&) for all; of those of one AOR the oldest first.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const auto& [aor, ids] : by_aor_) {
      for (const LineId id : ids) visit(*lines_.find(id));
    }
  }

 private:
  Line& add(std::string aor, const IpAddress& source, const BoxFacing& box_facing);

  struct TextHash {
    using is_avalanching = void;
    std::size_t operator()(const std::string& text) const noexcept {
      return static_cast<std::size_t>(hash64(text, 0));
    }
  };
  const Limits& limits_;
  Guests& guests_;
  mutable SlotMap<Line, LineId> lines_;
  using Index = boost::unordered_flat_map<std::string, std::vector<LineId>, TextHash>;

  static const std::vector<LineId>& find_in(const Index& index, const std::string& key) noexcept;
  static void remove_from(Index& index, const std::string& key, LineId id);

  Index by_aor_;
  Index by_instance_;
  boost::unordered_flat_map<SocketAddress, LineId, AddressHash> by_box_facing_;
  std::vector<BoxFacing> stock_;
};

}  // namespace fapfon::proxy
