// SPDX-License-Identifier: GPL-2.0-or-later
// Which path the audio of a call takes. Direct (S1 to S3): each side is told the other's real address.
// Relayed (S4, M2, M3): each side is told an address of ours, with other ports for each stream.
#pragma once

#include "proxy/dialogs.hpp"
#include "proxy/passage.hpp"
#include "relay/relay.hpp"
#include "rewrite/relayed_media.hpp"
#include "sip/body_parts.hpp"

namespace fapfon::proxy {

class Media {
 public:
  Media(Dialogs& dialogs, relay::Relay& relay) : dialogs_(dialogs), relay_(relay) {}

  /// Tells the call what the message says (Dialogs::take), rewrites its session descriptions and corrects the
  /// lengths. False: there are no ports for its audio, and the request must not go on (M2).
  bool carry(Passage& passage);

 private:
  bool relay_session(Passage& passage, const sip::BodyParts& parts, ByteView session);
  bool carry_relayed(Passage& passage, const sip::BodyParts& parts);
  void carry_direct(Passage& passage, const sip::BodyParts& parts);
  bool reserve_for_late_offer(Passage& passage);
  void aim(const Passage& passage);
  void refuse_streams_without_ports(const Call& call, Side from, relay::Description& said) const;
  void rewrite(Passage& passage, const sip::BodyParts& parts, const relay::Description& said);

  Dialogs& dialogs_;
  relay::Relay& relay_;
};

}  // namespace fapfon::proxy
