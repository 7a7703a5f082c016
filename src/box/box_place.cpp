// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/box_place.hpp"

#include "net/socket.hpp"
#include "text/translate.hpp"

namespace fapfon::box {

Expected<std::vector<BoxPlace>, std::string> places_of(const std::vector<IpAddress>& addresses,
                                                       std::uint16_t port) {
  std::vector<BoxPlace> places;
  std::string cause = text::tr("the name has no address");
  for (const IpAddress& ip : addresses) {
    const SocketAddress box{ip, port};
    const auto local = net::local_address_towards(box);
    if (local) places.push_back({box, *local});
    if (!local) cause = text::tr(local.error().text());
  }
  if (places.empty()) return Unexpected<std::string>(cause);
  return places;
}

}  // namespace fapfon::box
