// SPDX-License-Identifier: GPL-2.0-or-later
// All flows, phone and Box. Those of phones are guests until the Box has accepted something on them (SPEC
// L9); those on UDP are found by the addresses of a datagram.
#pragma once

#include <cstddef>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/limits.hpp"
#include "base/slot_map.hpp"
#include "proxy/flow.hpp"
#include "proxy/guests.hpp"

namespace fapfon::proxy {

class Flows {
 public:
  explicit Flows(Guests& guests) : guests_(guests) {}

  /// Opens the flow of a phone, a guest. Valid until erase(), as all results here.
  Flow& open_phone(Transport transport, const SocketAddress& local, const SocketAddress& remote,
                   TimePoint now);
  Flow& open_box(FlowRole role, const SocketAddress& local, const SocketAddress& remote, TimePoint now);
  /// The UDP phone flow between these addresses; null when there is none.
  Flow* find_datagram(const SocketAddress& local, const SocketAddress& remote) noexcept;

  Flow* find(FlowId id) noexcept { return flows_.find(id); }
  [[nodiscard]] const Flow* find(FlowId id) const noexcept { return flows_.find(id); }
  /// Adds CloseFlow and forgets the flow. Not for box_tcp, which lives as long as its line.
  void close(Flow& flow, CloseReason reason, Actions& out);
  /// Forgets a flow that is closed already.
  void erase(FlowId id);

  /// L9: whether the Box has accepted something on the flow of a phone.
  void set_accepted(Flow& flow, bool accepted);
  [[nodiscard]] bool is_guest(FlowId id) const noexcept { return guests_.flows.contains(id); }

  /// L9: whether the flow may keep an unfinished message of `size` bytes: all phones together have
  /// kMaxBufferedBytes, and guests their part of that.
  [[nodiscard]] bool has_room_for_input(const Flow& flow, std::size_t size) const noexcept;
  /// Keeps the unfinished message of a TCP flow, for which there has to be room.
  void keep_input(Flow& flow, std::string input);

  [[nodiscard]] std::size_t phone_count() const noexcept { return phone_count_; }
  /// Phone flows other than those of guests.
  [[nodiscard]] std::size_t accepted_count() const noexcept { return phone_count_ - guests_.flows.size(); }

  /// Calls visit(Flow&) for all; visit must not open or erase any.
  template <typename Visit>
  void for_each(Visit&& visit) {
    flows_.for_each(visit);
  }
  template <typename Visit>
  void for_each(Visit&& visit) const {
    flows_.for_each(visit);
  }

 private:
  struct AddressPair {
    SocketAddress local;
    SocketAddress remote;
    friend bool operator==(const AddressPair&, const AddressPair&) = default;
  };
  struct AddressPairHash {
    std::size_t operator()(const AddressPair& pair) const noexcept {
      const AddressHash hash;
      return hash(pair.remote) * 31 + hash(pair.local);
    }
  };

  void count_input(Flow& flow, std::size_t size);

  Guests& guests_;
  SlotMap<Flow, FlowId> flows_;
  boost::unordered_flat_map<AddressPair, FlowId, AddressPairHash> datagram_flows_;
  std::size_t phone_count_ = 0;
  std::size_t input_bytes_ = 0;        // of all phones
  std::size_t guest_input_bytes_ = 0;  // of those that are guests
};

}  // namespace fapfon::proxy
