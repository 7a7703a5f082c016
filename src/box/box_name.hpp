// SPDX-License-Identifier: GPL-2.0-or-later
// The Box as the user names it: BOX_ADDRESS[:SIP_PORT], where the address is IPv4, IPv6 or a name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/expected.hpp"
#include "base/socket_address.hpp"

namespace fapfon::box {

/// RFC 3261 section 19.1.2.
inline constexpr std::uint16_t kDefaultSipPort = 5060;

struct BoxName {
  IpAddress ip;      ///< none when the Box is given by name
  std::string name;  ///< empty when it is given by address
  std::uint16_t port = kDefaultSipPort;

  /// As it is shown: "172.30.10.1:5060", "fritz.box:5060".
  [[nodiscard]] std::string to_string() const;
};

/// Reads "172.30.10.1", "172.30.10.1:5061", "fd00::1", "[fd00::1]:5061", "fritz.box", "fritz.box:5061";
/// else what is wrong with it and what to write instead.
Expected<BoxName, std::string> parse_box_name(ByteView text);

/// Why `addresses` cannot be those of the Box. In a home network fritz.box is the Box; on the Internet the
/// name belongs to somebody else, to whom phones must not be led. None for other names, and when one address
/// is private: then the Box itself has answered, and a global IPv6 address beside it is its own.
std::optional<std::string> mistrust(const std::string& name, const std::vector<IpAddress>& addresses);

}  // namespace fapfon::box
