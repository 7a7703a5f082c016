// SPDX-License-Identifier: GPL-2.0-or-later
#include "cast.hpp"

#include "support/uri_text.hpp"

namespace fapfon::demo {

using support::Hop;
using support::Outbox;

namespace {

support::BoxProfile box_profile(const SocketAddress& address, std::uint16_t rtp_port) {
  support::BoxProfile profile;
  profile.address = address;
  profile.rtp_port = rtp_port;
  return profile;
}

support::PhoneProfile with_audio_port(support::PhoneProfile profile, std::uint16_t port) {
  profile.audio.port = port;
  return profile;
}

}  // namespace

BoxOnStage::BoxOnStage(Poller& poller, const SocketAddress& address)
    : audio_(poller, address.ip),
      box_(box_profile(address, audio_.port())),
      wire_(poller, address,
            {.received =
                 [this](const Hop& hop, ByteView bytes) {
                   Outbox out;
                   box_.receive(hop, bytes, Clock::now(), out);
                   wire_.carry(out);
                 },
             .connected = [this](const Hop& hop) { box_.connected(hop); },
             .closed = [this](const Hop& hop) { box_.closed(hop); }}) {
  poller.add_clock([this](TimePoint now) {
    Outbox out;
    box_.expire(now, out);
    wire_.carry(out);
    return box_.next_deadline();
  });
}

std::optional<std::size_t> BoxOnStage::call(const std::string& user) {
  Outbox out;
  const auto calls = box_.call(user, Clock::now(), out);
  wire_.carry(out);
  if (calls.empty()) return std::nullopt;
  return calls.front();
}

void BoxOnStage::hang_up(std::size_t call) {
  Outbox out;
  box_.hang_up(call, Clock::now(), out);
  wire_.carry(out);
}

std::string BoxOnStage::binding_of(const std::string& user) {
  const auto bindings = box_.registrar().bindings(user, Clock::now());
  if (bindings.empty()) return "nothing";
  const std::string& uri = bindings.back().uri;
  const std::size_t begin = uri.find(':') + 1;
  return uri.substr(begin, uri.find(';') - begin);
}

PhoneOnStage::PhoneOnStage(Poller& poller, support::PhoneProfile profile)
    : audio_(poller, profile.local.ip),
      phone_(with_audio_port(std::move(profile), audio_.port())),
      wire_(poller, phone_.profile().local,
            {.received =
                 [this](const Hop& hop, ByteView bytes) {
                   Outbox out;
                   phone_.receive(hop, bytes, Clock::now(), out);
                   wire_.carry(out);
                 },
             .connected = {},
             .closed =
                 [this](const Hop&) {
                   Outbox out;
                   phone_.connection_lost(Clock::now(), out);
                   wire_.carry(out);
                 }}) {
  poller.add_clock([this](TimePoint now) {
    Outbox out;
    if (phone_.next_deadline() <= now) phone_.expire(now, out);
    wire_.carry(out);
    return phone_.next_deadline();
  });
}

void PhoneOnStage::registers() {
  Outbox out;
  phone_.send_register(0, Clock::now(), out);
  wire_.carry(out);
}

void PhoneOnStage::unregisters() {
  Outbox out;
  phone_.send_unregister(0, out);
  wire_.carry(out);
}

std::size_t PhoneOnStage::calls(const std::string& number) {
  Outbox out;
  const std::size_t call = phone_.invite(0, number, out);
  wire_.carry(out);
  return call;
}

void PhoneOnStage::answers() {
  Outbox out;
  for (std::size_t i = 0; i < phone_.calls().size(); ++i) {
    const support::PhoneCall& call = phone_.calls()[i];
    if (call.incoming && call.state == support::PhoneCall::State::ringing) phone_.answer(i, out);
  }
  wire_.carry(out);
}

void PhoneOnStage::hangs_up(std::size_t call) {
  Outbox out;
  phone_.hang_up(call, out);
  wire_.carry(out);
}

void PhoneOnStage::goes_through(const SocketAddress& proxy) {
  wire_.detour(phone_.profile().server, proxy);
}

}  // namespace fapfon::demo
