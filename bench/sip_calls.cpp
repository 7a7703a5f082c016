// SPDX-License-Identifier: GPL-2.0-or-later
// Sets up calls through fapfon-proxy by real SIP: the simulated Box and phones of tests/support register and
// call on real sockets. No sound here; it tells who sends where.
//
//   sip_calls BOX PROXY BOX_RTP_PORT PHONE_RTP_PORT PHONES CALLS
// prints "call PHONE PHONE_LEG BOX BOX_LEG" for each call (what media_load reads) and "ready", keeps the
// calls up while its input is open, then hangs up and ends. Phones have 127.20.11.1, 127.20.11.2 ...
#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

#include "peer_wire.hpp"
#include "poller.hpp"
#include "support/fake_box.hpp"
#include "support/fake_phone.hpp"

namespace fapfon::bench {
namespace {

using demo::PeerWire;
using demo::Poller;
using support::FakeBox;
using support::FakePhone;
using support::Hop;
using support::Outbox;
using support::PhoneCall;
using namespace std::chrono_literals;

constexpr std::uint16_t kPhoneSipPort = 61211;
/// No person has more; fapfon-proxy follows as many on one line.
constexpr std::size_t kCallsPerAccount = 8;

struct Plan {
  SocketAddress box;
  SocketAddress proxy;
  std::uint16_t box_rtp_port = 0;
  std::uint16_t phone_rtp_port = 0;
  std::size_t phone_count = 0;
  std::size_t call_count = 0;
};

std::string user_of(std::size_t phone, std::size_t account) {
  return "phone" + std::to_string(phone) + "-" + std::to_string(account);
}

/// Of each phone.
std::size_t account_count(const Plan& plan) {
  const std::size_t calls_per_phone = (plan.call_count + plan.phone_count - 1) / plan.phone_count;
  return (calls_per_phone + kCallsPerAccount - 1) / kCallsPerAccount;
}

class Box {
 public:
  Box(Poller& poller, const Plan& plan)
      : box_(profile_of(plan)),
        wire_(poller, plan.box,
              {.received =
                   [this](const Hop& hop, ByteView bytes) {
                     Outbox out;
                     box_.receive(hop, bytes, Clock::now(), out);
                     wire_.carry(out);
                   },
               .connected = {},
               .closed = {}}) {}

  /// By Call-ID, where the Box is asked to send.
  [[nodiscard]] std::map<std::string, SocketAddress> audio() const {
    std::map<std::string, SocketAddress> found;
    for (const support::BoxCall& call : box_.calls()) {
      if (call.audio) found[call.call_id] = *call.audio;
    }
    return found;
  }

 private:
  static support::BoxProfile profile_of(const Plan& plan) {
    support::BoxProfile profile;
    profile.address = plan.box;
    profile.rtp_port = plan.box_rtp_port;
    profile.session_refresh = 0s;
    for (std::size_t i = 0; i < plan.phone_count; ++i) {
      for (std::size_t k = 0; k < account_count(plan); ++k) profile.passwords[user_of(i, k)] = "secret";
    }
    return profile;
  }

  FakeBox box_;
  PeerWire wire_;
};

class Phone {
 public:
  Phone(Poller& poller, const Plan& plan, std::size_t number)
      : phone_(profile_of(plan, number)),
        wire_(poller, phone_.profile().local,
              {.received =
                   [this](const Hop& hop, ByteView bytes) {
                     Outbox out;
                     phone_.receive(hop, bytes, Clock::now(), out);
                     wire_.carry(out);
                   },
               .connected = {},
               .closed = {}}) {
    wire_.detour(plan.box, plan.proxy);
    poller.add_clock([this](TimePoint now) {
      Outbox out;
      if (phone_.next_deadline() <= now) phone_.expire(now, out);
      wire_.carry(out);
      return phone_.next_deadline();
    });
  }

  void registers(std::size_t account) {
    Outbox out;
    phone_.send_register(account, Clock::now(), out);
    wire_.carry(out);
  }

  void calls() {
    Outbox out;
    phone_.invite(phone_.calls().size() / kCallsPerAccount, "0301234567", out);
    wire_.carry(out);
  }

  void hangs_up_all() {
    for (std::size_t i = 0; i < phone_.calls().size(); ++i) {
      Outbox out;
      phone_.hang_up(i, out);
      wire_.carry(out);
    }
  }

  [[nodiscard]] FakePhone& phone() { return phone_; }

 private:
  static support::PhoneProfile profile_of(const Plan& plan, std::size_t number) {
    const IpAddress ip = IpAddress::v4(127, 20, 11, static_cast<std::uint8_t>(number + 1));
    support::PhoneProfile profile;
    for (std::size_t k = 0; k < account_count(plan); ++k)
      profile.accounts.push_back({.user = user_of(number, k)});
    profile.server = plan.box;
    profile.local = profile.via = profile.contact = {ip, kPhoneSipPort};
    profile.audio = {ip, plan.phone_rtp_port};
    profile.refreshes = true;
    return profile;
  }

  FakePhone phone_;
  PeerWire wire_;
};

class Scene {
 public:
  explicit Scene(const Plan& plan) : plan_(plan), box_(poller_, plan) {
    for (std::size_t i = 0; i < plan.phone_count; ++i) {
      phones_.push_back(std::make_unique<Phone>(poller_, plan, i));
    }
  }

  void register_all() {
    for (const auto& phone : phones_) {
      for (std::size_t k = 0; k < account_count(plan_); ++k) {
        phone->registers(k);
        await([&] { return phone->phone().registration(k).registered; }, "a phone is not registered");
      }
    }
  }

  /// One after the other, as people do: the proxy keeps a few ports ready, not a thousand.
  void call_all() {
    for (std::size_t i = 0; i < plan_.call_count; ++i) {
      Phone& phone = *phones_[phone_of(i)];
      phone.calls();
      const PhoneCall& call = phone.phone().calls().back();
      await(
          [&] { return call.state != PhoneCall::State::calling && call.state != PhoneCall::State::ringing; },
          "a call is not answered");
      if (call.state != PhoneCall::State::up || !call.audio) {
        throw std::runtime_error("call " + std::to_string(i) +
                                 " was refused: " + std::to_string(call.statuses.back()));
      }
    }
  }

  void print() const {
    const auto box_audio = box_.audio();
    const std::string box = SocketAddress{plan_.box.ip, plan_.box_rtp_port}.to_string();
    std::vector<std::size_t> printed(phones_.size());
    for (std::size_t i = 0; i < plan_.call_count; ++i) {
      FakePhone& phone = phones_[phone_of(i)]->phone();
      const PhoneCall& call = phone.calls().at(printed[phone_of(i)]++);
      std::printf("call %s %s %s %s\n", phone.profile().audio.to_string().c_str(),
                  call.audio->to_string().c_str(), box.c_str(),
                  box_audio.at(call.call_id).to_string().c_str());
    }
    std::puts("ready");
    std::fflush(stdout);
  }

  void hold_until_end_of_input() {
    bool ended = false;
    poller_.watch(STDIN_FILENO, [&](short) {
      char byte = 0;
      ended = ::read(STDIN_FILENO, &byte, 1) <= 0;
    });
    while (!ended && !Poller::interrupted()) poller_.run_until([&] { return ended; }, 60s);
    poller_.forget(STDIN_FILENO);
  }

  void hang_up_all() {
    for (const auto& phone : phones_) phone->hangs_up_all();
    poller_.run_for(200ms);
  }

 private:
  /// The first phone has the first calls: what media_load sends one after the other leaves from one socket.
  [[nodiscard]] std::size_t phone_of(std::size_t call) const {
    return call * phones_.size() / plan_.call_count;
  }

  void await(const std::function<bool()>& seen, const char* otherwise) {
    if (!poller_.run_until(seen, 5s)) throw std::runtime_error(otherwise);
  }

  Plan plan_;
  Poller poller_;
  Box box_;
  std::vector<std::unique_ptr<Phone>> phones_;
};

std::optional<Plan> read_plan(const std::vector<std::string>& words) {
  if (words.size() != 6) return std::nullopt;
  const auto box = SocketAddress::parse(words[0]);
  const auto proxy = SocketAddress::parse(words[1]);
  const auto box_rtp = parse_decimal<std::uint16_t>(words[2]);
  const auto phone_rtp = parse_decimal<std::uint16_t>(words[3]);
  const auto phones = parse_decimal<std::uint8_t>(words[4]);
  const auto calls = parse_decimal<std::uint16_t>(words[5]);
  if (!box || !proxy || !box_rtp || !phone_rtp || !phones || !calls || *phones == 0) return std::nullopt;
  return Plan{*box, *proxy, *box_rtp, *phone_rtp, *phones, *calls};
}

}  // namespace
}  // namespace fapfon::bench

int main(int argc, char** argv) {
  using fapfon::bench::Scene;
  const auto plan = fapfon::bench::read_plan({argv + 1, argv + argc});
  if (!plan) {
    std::fputs("usage: sip_calls BOX PROXY BOX_RTP_PORT PHONE_RTP_PORT PHONES CALLS\n", stderr);
    return 2;
  }
  fapfon::demo::Poller::catch_signals();
  try {
    Scene scene{*plan};
    scene.register_all();
    scene.call_all();
    scene.print();
    scene.hold_until_end_of_input();
    scene.hang_up_all();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sip_calls: %s\n", error.what());
    return 1;
  }
  return 0;
}
