// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/phone_profile.hpp"

#include "support/digest.hpp"

namespace fapfon::support {
namespace {

constexpr IpAddress kCarrier = IpAddress::v4(10, 81, 179, 54);
constexpr IpAddress kVpn = IpAddress::v4(172, 20, 11, 6);
constexpr std::uint16_t kListeningPort = 61211;
constexpr std::uint16_t kSourcePort = 62895;
constexpr std::uint16_t kRtpPort = 4000;

}  // namespace

PhoneProfile app_2018(const std::string& user) {
  PhoneProfile profile;
  profile.accounts = {{.user = user, .instance = instance_of(user)}};
  profile.transport = Transport::tcp;
  profile.local = {kVpn, kSourcePort};
  profile.via = {kVpn, kListeningPort};
  profile.contact = {kCarrier, kListeningPort};
  profile.audio = {kCarrier, kRtpPort};
  profile.contact_uri_parameters = ";ob";
  profile.contact_parameters = ";reg-id=1";
  profile.writes_alias = true;
  profile.checks_rport = true;
  return profile;
}

PhoneProfile app_2025(const std::string& user) {
  PhoneProfile profile;
  profile.accounts = {{.user = user}};
  profile.local = profile.via = profile.contact = {kVpn, kListeningPort};
  profile.audio = {kVpn, kRtpPort};
  profile.contact_uri_parameters = ";ob";
  profile.adopts_nat_address = true;
  profile.keep_alive = std::chrono::seconds{15};
  return profile;
}

PhoneProfile softphone(const std::string& user) {
  PhoneProfile profile;
  profile.accounts = {{.user = user, .instance = instance_of(user)}};
  profile.local = {kVpn, kListeningPort};
  profile.via = profile.contact = {kCarrier, kListeningPort};
  profile.audio = {kCarrier, kRtpPort};
  return profile;
}

PhoneProfile at_vpn_address(PhoneProfile profile, const IpAddress& vpn) {
  const IpAddress old = profile.local.ip;
  for (SocketAddress* address : {&profile.local, &profile.via, &profile.contact, &profile.audio}) {
    if (address->ip == old) address->ip = vpn;
  }
  return profile;
}

std::string instance_of(const std::string& device) {
  const std::string hex = md5(device);
  return "urn:uuid:" + hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' +
         hex.substr(16, 4) + '-' + hex.substr(20, 12);
}

}  // namespace fapfon::support
