// SPDX-License-Identifier: GPL-2.0-or-later
// The addresses of one phone as both sides know them (SPEC section 1), and the question on which all
// rules of SPEC section 3 turn: is this URI the phone's own, or a line's box-facing one?
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/socket_address.hpp"
#include "rewrite/nat_report.hpp"
#include "sip/uri.hpp"

namespace fapfon::rewrite {

/// One Contact URI: as the phone advertised it, and as the Box got it.
struct ContactPair {
  std::string phone_uri;  ///< byte for byte, with its parameters (H3)
  std::string box_uri;
  // Of phone_uri:
  std::string host;  ///< IPv6 brackets included
  std::optional<IpAddress> ip;
  std::uint16_t port = 0;

  /// `uri` is as the phone wrote it, `box_uri` what to_box_uri() made of it.
  static ContactPair make(const sip::Uri& uri, std::string box_uri);
};

inline constexpr std::size_t kMaxContactPairs = 8;

/// What the rules need to know of one line and one flow. Built for one message; points into the line.
struct AddressMap {
  /// Contacts of this line, the likeliest first: registered before others, newest first.
  std::array<const ContactPair*, kMaxContactPairs> pairs{};
  std::size_t pair_count = 0;

  SocketAddress observed;    ///< source of the phone's packets
  SocketAddress local;       ///< where the phone's packets reach us
  SocketAddress box_facing;  ///< what the Box sees and stores
  SocketAddress box;
  Transport transport = Transport::udp;  ///< of both sides
  std::uint16_t via_port = 0;            ///< sent-by port of the phone's requests; 0: not known
  IpAddress sdp_written;                 ///< the media address that the phone wrote last (S3)
  NatReport nat_report = NatReport::via;

  [[nodiscard]] std::span<const ContactPair* const> contacts() const noexcept {
    return {pairs.data(), pair_count};
  }
  [[nodiscard]] bool crosses_families() const noexcept { return observed.ip.family() != box.ip.family(); }
};

/// H2: host and port are exactly an address of this phone: advertised now or earlier, or the observed
/// address with its source port or its Via port.
bool is_phone_address(const sip::Uri& uri, const AddressMap& map) noexcept;

/// H1: the same, or the observed address or one of ours with a port of the phone, which has learned the
/// address from `received` and kept its own port (baresip, pjsip and linphone do this).
bool is_phone_contact(const sip::Uri& uri, const AddressMap& map) noexcept;

/// H3: host and port are the line's box-facing address.
bool is_box_facing(const sip::Uri& uri, const AddressMap& map) noexcept;

/// The pair whose phone_uri is `uri`, byte for byte; null when there is none.
const ContactPair* find_by_phone_uri(ByteView uri, const AddressMap& map) noexcept;

/// The pair that the Box means by `uri`, which is_box_facing(): the same text, or, for a Box that drops
/// or reorders parameters or spells the user with other escapes, the same user and transport, or the same
/// user. Null when there is none.
const ContactPair* find_by_box_uri(const sip::Uri& uri, const AddressMap& map) noexcept;

/// The same where `uri` is a binding of the line (a Contact, or the Request-URI that is made of one): the
/// port belongs to this line alone, so an unknown user is the registrar's spelling of one of the line's
/// Contacts: the likeliest one with the same transport, else the likeliest. Null when the line has none.
const ContactPair* find_binding(const sip::Uri& uri, const AddressMap& map) noexcept;

/// `uri` with the box-facing host and port and, where it names a transport, that of the Box side (H1).
std::string to_box_uri(const sip::Uri& uri, const AddressMap& map);

}  // namespace fapfon::rewrite
