// SPDX-License-Identifier: GPL-2.0-or-later
// All flows, phone and Box. Phone flows are counted per source address (SPEC L9), and those on UDP are
// found by the addresses of a datagram.
#pragma once

#include <cstddef>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/limits.hpp"
#include "base/slot_map.hpp"
#include "proxy/flow.hpp"

namespace fapfon::proxy {

class Flows {
 public:
  explicit Flows(const Limits& limits) : limits_(limits) {}

  /// Opens the flow of a phone. Null over a limit (L9). Valid until erase(), as all results here.
  Flow* open_phone(Transport transport, const SocketAddress& local, const SocketAddress& remote,
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

  /// Keeps the unfinished message of a TCP flow. False when all phones together have more than
  /// kMaxBufferedBytes, or one source a quarter of that (L9): then nothing is kept.
  bool keep_input(Flow& flow, std::string input);

  [[nodiscard]] std::size_t phone_count() const noexcept { return phone_count_; }

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

  const Limits& limits_;
  SlotMap<Flow, FlowId> flows_;
  boost::unordered_flat_map<AddressPair, FlowId, AddressPairHash> datagram_flows_;
  struct Source {
    std::size_t flow_count = 0;
    std::size_t input_bytes = 0;
  };
  boost::unordered_flat_map<IpAddress, Source, AddressHash> sources_;
  std::size_t phone_count_ = 0;
  std::size_t input_bytes_ = 0;  // of all phones
};

}  // namespace fapfon::proxy
