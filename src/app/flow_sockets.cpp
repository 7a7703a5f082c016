// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/flow_sockets.hpp"

namespace fapfon::app {

FlowSocket* FlowSockets::find(proxy::FlowId id) noexcept {
  if (id.index >= sockets_.size()) return nullptr;
  FlowSocket& entry = sockets_[id.index];
  return entry.generation == id.generation && entry.kind != FlowSocket::Kind::none ? &entry : nullptr;
}

FlowSocket& FlowSockets::put(proxy::FlowId id, FlowSocket::Kind kind) {
  if (id.index >= sockets_.size()) sockets_.resize(id.index + std::size_t{1});
  FlowSocket& entry = sockets_[id.index];
  entry = FlowSocket{};
  entry.kind = kind;
  entry.generation = id.generation;
  return entry;
}

void FlowSockets::erase(proxy::FlowId id) noexcept {
  if (FlowSocket* entry = find(id)) *entry = FlowSocket{};
}

}  // namespace fapfon::app
