// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/flow_table.hpp"

namespace fapfon::proxy {

Flow* FlowTable::open_phone(Transport transport, const SocketAddress& local, const SocketAddress& remote,
                            TimePoint now) {
  if (phone_count_ >= limits_.max_flows) return nullptr;
  std::size_t& of_source = flows_per_source_[remote.ip];
  if (of_source >= limits_.max_flows_per_source) return nullptr;
  ++of_source;
  ++phone_count_;
  Flow& flow = flows_.emplace();
  flow.transport = transport;
  flow.local = local;
  flow.remote = remote;
  flow.last_heard = flow.unfinished_since = now;
  if (transport == Transport::udp) datagram_flows_[{local, remote}] = flow.id;
  return &flow;
}

Flow& FlowTable::open_box(FlowRole role, const SocketAddress& local, const SocketAddress& remote,
                          TimePoint now) {
  Flow& flow = flows_.emplace();
  flow.role = role;
  flow.transport = role == FlowRole::box_udp ? Transport::udp : Transport::tcp;
  flow.local = local;
  flow.remote = remote;
  flow.last_heard = flow.unfinished_since = now;
  return flow;
}

Flow* FlowTable::find_datagram(const SocketAddress& local, const SocketAddress& remote) noexcept {
  const auto found = datagram_flows_.find({local, remote});
  return found == datagram_flows_.end() ? nullptr : flows_.find(found->second);
}

void FlowTable::close(FlowId id) {
  const Flow* flow = flows_.find(id);
  if (flow == nullptr) return;
  if (flow->role == FlowRole::phone) {
    --phone_count_;
    const auto of_source = flows_per_source_.find(flow->remote.ip);
    if (--of_source->second == 0) flows_per_source_.erase(of_source);
    if (flow->transport == Transport::udp) datagram_flows_.erase({flow->local, flow->remote});
  }
  flows_.erase(id);
}

}  // namespace fapfon::proxy
