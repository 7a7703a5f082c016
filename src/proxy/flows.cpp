// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/flows.hpp"

namespace fapfon::proxy {

Flow& Flows::open_phone(Transport transport, const SocketAddress& local, const SocketAddress& remote,
                        TimePoint now) {
  ++phone_count_;
  Flow& flow = flows_.emplace();
  flow.transport = transport;
  flow.local = local;
  flow.remote = remote;
  flow.last_heard = flow.unfinished_since = now;
  if (transport == Transport::udp) datagram_flows_[{local, remote}] = flow.id;
  guests_.flows.add(flow.id, remote.ip);
  return flow;
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
    guests_.flows.remove(id);
    if (flow->transport == Transport::udp) datagram_flows_.erase({flow->local, flow->remote});
  }
  flows_.erase(id);
}

void Flows::set_accepted(Flow& flow, bool accepted) {
  if (is_guest(flow.id) != accepted) return;
  const std::size_t kept = flow.kept_bytes;
  count_input(flow, 0);
  accepted ? guests_.flows.remove(flow.id) : guests_.flows.add(flow.id, flow.remote.ip);
  count_input(flow, kept);
}

bool Flows::has_room_for_input(const Flow& flow, std::size_t size) const noexcept {
  if (flow.role != FlowRole::phone || size <= flow.kept_bytes) return true;
  const std::size_t more = size - flow.kept_bytes;
  if (input_bytes_ + more > kMaxBufferedBytes) return false;
  return !is_guest(flow.id) || guest_input_bytes_ + more <= guests_part(kMaxBufferedBytes);
}

void Flows::keep_input(Flow& flow, std::string input) {
  flow.input = std::move(input);
  if (flow.role == FlowRole::phone) count_input(flow, flow.input.size());
}

void Flows::count_input(Flow& flow, std::size_t size) {
  const bool guest = is_guest(flow.id);
  input_bytes_ = input_bytes_ - flow.kept_bytes + size;
  if (guest) guest_input_bytes_ = guest_input_bytes_ - flow.kept_bytes + size;
  flow.kept_bytes = size;
  guest&& size > 0 ? guests_.inputs.add(flow.id, flow.remote.ip) : guests_.inputs.remove(flow.id);
}

}  // namespace fapfon::proxy
