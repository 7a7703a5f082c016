// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/flows.hpp"

namespace fapfon::proxy {

Flow* Flows::open_phone(Transport transport, const SocketAddress& local, const SocketAddress& remote,
                        TimePoint now) {
  if (phone_count_ >= limits_.max_flows) return nullptr;
  Source& source = sources_[remote.ip];
  if (source.flow_count >= limits_.max_flows_per_source) return nullptr;
  ++source.flow_count;
  ++phone_count_;
  Flow& flow = flows_.emplace();
  flow.transport = transport;
  flow.local = local;
  flow.remote = remote;
  flow.last_heard = flow.unfinished_since = now;
  if (transport == Transport::udp) datagram_flows_[{local, remote}] = flow.id;
  return &flow;
}

Flow& Flows::open_box(FlowRole role, const SocketAddress& local, const SocketAddress& remote, TimePoint now) {
  Flow& flow = flows_.emplace();
  flow.role = role;
  flow.transport = role == FlowRole::box_udp ? Transport::udp : Transport::tcp;
  flow.local = local;
  flow.remote = remote;
  flow.last_heard = flow.unfinished_since = now;
  return flow;
}

Flow* Flows::find_datagram(const SocketAddress& local, const SocketAddress& remote) noexcept {
  const auto found = datagram_flows_.find({local, remote});
  return found == datagram_flows_.end() ? nullptr : flows_.find(found->second);
}

void Flows::close(Flow& flow, CloseReason reason, Actions& out) {
  out.add(CloseFlow{flow.id, reason});
  erase(flow.id);
}

void Flows::erase(FlowId id) {
  Flow* flow = flows_.find(id);
  if (flow == nullptr) return;
  if (flow->role == FlowRole::phone) {
    keep_input(*flow, {});
    --phone_count_;
    const auto source = sources_.find(flow->remote.ip);
    if (--source->second.flow_count == 0) sources_.erase(source);
    if (flow->transport == Transport::udp) datagram_flows_.erase({flow->local, flow->remote});
  }
  flows_.erase(id);
}

bool Flows::keep_input(Flow& flow, std::string input) {
  if (flow.role != FlowRole::phone) {
    flow.input = std::move(input);
    return true;
  }
  Source& source = sources_[flow.remote.ip];
  const std::size_t others = input_bytes_ - flow.kept_bytes;
  const std::size_t others_of_source = source.input_bytes - flow.kept_bytes;
  const bool fits = input.empty() || (others + input.size() <= kMaxBufferedBytes &&
                                      others_of_source + input.size() <= kMaxBufferedBytes / 4);
  flow.kept_bytes = fits ? input.size() : 0;
  input_bytes_ = others + flow.kept_bytes;
  source.input_bytes = others_of_source + flow.kept_bytes;
  flow.input = fits ? std::move(input) : std::string{};
  return fits;
}

}  // namespace fapfon::proxy
