// SPDX-License-Identifier: GPL-2.0-or-later
// All records of a core at once, as a state file would have them.
#pragma once

#include <cstdint>
#include <set>

#include "proxy/snapshot.hpp"

namespace fapfon::support {

class SnapshotTaker final : public proxy::Visitor {
 public:
  explicit SnapshotTaker(std::uint64_t hash_seed) { snapshot.hash_seed = hash_seed; }
  void flow(const proxy::FlowRecord& record) override { snapshot.flows.push_back(record); }
  void line(const proxy::LineRecord& record) override { snapshot.lines.push_back(record); }

  proxy::Snapshot snapshot;
};

inline proxy::Snapshot snapshot_of(const proxy::Proxy& core, std::uint64_t hash_seed = 0) {
  SnapshotTaker taker(hash_seed);
  core.visit(taker);
  return taker.snapshot;
}

/// The addresses for RTP of the pairs that calls have.
inline std::set<SocketAddress> media_pairs(const proxy::Snapshot& snapshot) {
  std::set<SocketAddress> pairs;
  for (const proxy::LineRecord& line : snapshot.lines) {
    for (const proxy::CallRecord& call : line.calls) {
      if (!call.media) continue;
      for (const relay::StreamRecord& stream : call.media->streams) {
        pairs.insert(stream.phone.pair);
        pairs.insert(stream.box.pair);
      }
    }
  }
  return pairs;
}

}  // namespace fapfon::support
