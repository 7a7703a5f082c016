// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/station.hpp"

#include "support/world.hpp"

namespace fapfon::support {

template <typename Deed>
Station& Station::does(Deed&& deed) {
  Outbox out;
  deed(out);
  world_.carry(*this, std::move(out));
  world_.settle();
  return *this;
}

Station& Station::registers(std::size_t account) {
  return does([&](Outbox& out) { phone_.send_register(account, world_.now(), out); });
}

Station& Station::unregisters(std::size_t account) {
  return does([&](Outbox& out) { phone_.send_unregister(account, out); });
}

Station& Station::unregisters_all(std::size_t account) {
  return does([&](Outbox& out) { phone_.send_unregister_all(account, out); });
}

std::size_t Station::calls(std::string_view number, std::size_t account, std::optional<Transport> transport) {
  std::size_t call = 0;
  does([&](Outbox& out) { call = phone_.invite(account, number, out, transport); });
  return call;
}

Station& Station::answers() {
  return does([&](Outbox& out) {
    for (std::size_t i = 0; i < phone_.calls().size(); ++i) {
      const PhoneCall& call = phone_.calls()[i];
      if (call.incoming && call.state == PhoneCall::State::ringing) phone_.answer(i, out);
    }
  });
}

Station& Station::refuses(int status) {
  return does([&](Outbox& out) {
    for (std::size_t i = 0; i < phone_.calls().size(); ++i) {
      const PhoneCall& call = phone_.calls()[i];
      if (call.incoming && call.state == PhoneCall::State::ringing) phone_.refuse(i, status, out);
    }
  });
}

Station& Station::updates_call(std::size_t call) {
  return does([&](Outbox& out) { phone_.update(call, out); });
}

Station& Station::hangs_up(std::size_t call) {
  return does([&](Outbox& out) { phone_.hang_up(call, out); });
}

Station& Station::sends_message(std::string_view number, std::string_view text) {
  return does([&](Outbox& out) { phone_.send_message(0, number, text, out); });
}

Station& Station::sends(const std::string& bytes, std::optional<Transport> transport) {
  return does([&](Outbox& out) {
    const Transport used = transport.value_or(phone_.profile().transport);
    SocketAddress local = phone_.profile().local;
    if (used == Transport::tcp) local.port = 0;
    out.push_back({Outgoing::Kind::bytes, {used, local, phone_.profile().server}, bytes});
  });
}

Station& Station::moves_to(const IpAddress& vpn) {
  world_.cut(*this);
  phone_.change_addresses(at_vpn_address(phone_.profile(), vpn));
  return *this;
}

Station& Station::dies() {
  world_.cut(*this);
  alive_ = false;
  return *this;
}

Station& Station::revives() {
  alive_ = true;
  return *this;
}

Station& Station::disconnects() {
  return does([&](Outbox& out) {
    out.push_back(
        {Outgoing::Kind::close, {Transport::tcp, phone_.profile().local, phone_.profile().server}, {}});
  });
}

}  // namespace fapfon::support
