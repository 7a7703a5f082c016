// SPDX-License-Identifier: GPL-2.0-or-later
// What kind of phone a FakePhone is: which addresses it claims, where its packets really come from and
// which habits it has (SPEC section 1, "What today's app does").
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/socket_address.hpp"

namespace fapfon::support {

struct Account {
  std::string user;
  std::string password = "secret";
  std::string instance{};  ///< "<urn:uuid:...>" without the brackets; empty: sends no +sip.instance
};

struct PhoneProfile {
  std::vector<Account> accounts;
  std::string from_user;  ///< in From of a REGISTER, when it shall not be the account's own
  Transport transport = Transport::udp;
  SocketAddress server{IpAddress::v4(172, 30, 10, 1), 5060};  ///< the Box, as the user typed it
  /// Where its packets leave from. On TCP the network chooses the port.
  SocketAddress local;
  SocketAddress via;                   ///< sent-by
  SocketAddress contact;               ///< advertised
  SocketAddress audio;                 ///< what its SDP says
  std::string contact_uri_parameters;  ///< behind transport=
  std::string contact_parameters;      ///< behind the >
  bool writes_rport = true;
  bool writes_alias = false;
  /// Discards a response whose rport is neither its sent-by port nor the port it sent from (seed).
  bool checks_rport = false;
  /// pjsip: takes received and rport of any final REGISTER response as its Contact from then on.
  bool adopts_nat_address = false;
  bool answers_calls = false;       ///< picks up at once
  bool registers_when_cut = false;  ///< a closed TCP connection makes it register again at once
  bool refreshes = false;           ///< registers again 5 s before its registration ends
  std::chrono::seconds expires{900};
  std::chrono::seconds keep_alive{0};  ///< CRLF (TCP: CRLFCRLF) so often; 0: never
};

/// The app of 2018, as in the seed: TCP, Contact and SDP name the carrier's address, Via the VPN address
/// and the listening port, which is not the port its connection comes from.
PhoneProfile app_2018(const std::string& user);
/// The app of 2025: UDP, all addresses right, no +sip.instance, pjsip's habits.
PhoneProfile app_2025(const std::string& user);
/// A softphone over UDP that names a carrier address everywhere and does not care about NAT.
PhoneProfile softphone(const std::string& user);

/// The same phone on another VPN address, with every address that was the old one changed.
PhoneProfile at_vpn_address(PhoneProfile profile, const IpAddress& vpn);

/// A made-up instance id; the same for the same name.
std::string instance_of(const std::string& device);

}  // namespace fapfon::support
