// SPDX-License-Identifier: GPL-2.0-or-later
// The media relay of several calls at once, under a script of SDP, time and packets.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "relay/relay.hpp"
#include "support/fuzz_checks.hpp"
#include "support/media_ports.hpp"

namespace fapfon::support {
namespace {

/// The bytes of a script, one after the other; 0 behind its end.
class Script {
 public:
  explicit Script(ByteView bytes) noexcept : rest_(bytes) {}
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  unsigned next(unsigned below) noexcept {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return byte % below;
  }

 private:
  ByteView rest_;
};

constexpr std::size_t kCalls = 3;
constexpr IpAddress kOurs = IpAddress::v4(192, 0, 2, 1);

/// Few addresses and ports, so that they meet.
IpAddress some_ip(Script& script) {
  constexpr std::array<IpAddress, 6> kChoice{IpAddress::v4(192, 0, 2, 6),    IpAddress::v4(192, 0, 2, 7),
                                             IpAddress::v4(198, 51, 100, 1), IpAddress::v4(0, 0, 0, 0),
                                             IpAddress::v4(233, 252, 0, 1),  kOurs};
  return kChoice[script.next(kChoice.size())];
}

class RelayStory {
 public:
  explicit RelayStory(Script script) noexcept : script_(script) {}

  void tell() {
    for (unsigned i = 0; i < kCalls; ++i) begin(i);
    while (!script_.at_end()) step();
    for (Call& call : calls_) end(call);
    demand(relay_.stock_count(kOurs) + released_.size() == pairs_.size(),
           "each pair is in stock or released");
  }

 private:
  struct Call {
    relay::SessionId id;
    relay::Places places;
  };

  void begin(unsigned number) {
    Call& call = calls_[number];
    const auto last = static_cast<std::uint8_t>(6 + number % 2);
    call.places = {{kOurs, kOurs}, {IpAddress::v4(192, 0, 2, last), IpAddress::v4(198, 51, 100, 1)}};
    call.id = relay_.open(call.places);
  }
  void end(Call& call) {
    relay_.close(call.id);
    demand(!relay_.address(call.id, 0, Side::phone), "a call that is over has no ports");
    for (const relay::PairId pair : relay_.take_released()) {
      demand(std::ranges::find(released_, pair) == released_.end(), "a pair is released once");
      released_.push_back(pair);
    }
  }

  void step() {
    const unsigned number = script_.next(kCalls);
    Call& call = calls_[number];
    switch (script_.next(9)) {
      case 0:
        return add_pair();
      case 1:
        now_ += std::chrono::milliseconds{100} * script_.next(256);
        return;
      case 2:
        relay_.reserve(call.id, call.places, now_);
        return;
      case 3:
        relay_.know(call.id, script_.next(4), {8, 8000, "PCMA"});
        return;
      case 4:
        call.places.peer.phone = IpAddress::v4(192, 0, 2, script_.next(2) == 0 ? 6 : 7);
        relay_.move_phone(call.id, call.places.peer.phone, now_);
        return;
      case 5:
        end(call);
        return begin(number);
      case 6:
        return describe(call);
      default:
        return send();
    }
  }

  Side some_leg() { return script_.next(2) == 0 ? Side::phone : Side::box; }
  std::uint16_t some_port() { return static_cast<std::uint16_t>(4000 + script_.next(6)); }

  void add_pair() {
    const auto port = static_cast<std::uint16_t>(30'000 + 2 * pairs_.size());
    if (pairs_.size() < 32) pairs_.push_back(relay_.add_pair(kOurs, port));
  }

  void describe(Call& call) {
    relay::Description said;
    const Side from = some_leg();
    const bool is_agreed = script_.next(3) != 0;
    said.count = script_.next(relay::kMaxStreams + 1);
    for (std::size_t i = 0; i < said.count; ++i) {
      said.list[i].state = static_cast<relay::StreamDescription::State>(script_.next(4));
      said.list[i].payload = static_cast<relay::Payload>(script_.next(3));
      said.list[i].ip = some_ip(script_);
      said.list[i].rtp_port = some_port();
      said.list[i].rtcp_port = some_port();
    }
    if (!relay_.provide(call.id, said, call.places, now_)) return;
    if (is_agreed) relay_.set(call.id, from, said, now_);
    for (std::size_t i = 0; i < said.count; ++i) {
      const bool has_both = relay_.address(call.id, i, Side::phone).has_value() &&
                            relay_.address(call.id, i, Side::box).has_value();
      demand(has_both || !said.list[i].needs_ports(), "a stream in use has two pairs");
    }
  }

  /// Which call has the pair, and on which leg.
  struct Owner {
    relay::SessionId call;
    std::size_t stream;
    Side leg;
  };
  [[nodiscard]] std::vector<Owner> owners(std::size_t pair) const {
    std::vector<Owner> found;
    for (const Call& call : calls_) {
      for (std::size_t stream = 0; stream < relay::kMaxStreams; ++stream) {
        for (const Side leg : {Side::phone, Side::box}) {
          const auto address = relay_.address(call.id, stream, leg);
          if (address && address->port == 30'000 + 2 * pair) found.push_back({call.id, stream, leg});
        }
      }
    }
    return found;
  }

  std::string some_packet(relay::Component component) {
    if (component == relay::Component::rtcp) return {"\x80\xC9\x00\x01\x00\x00\x00\x01", 8};
    const unsigned ssrc = script_.next(3);
    return rtp_packet(++sequence_, ssrc, 8, script_.next(4));
  }

  void send() {
    if (pairs_.empty()) return;
    const std::size_t in = script_.next(static_cast<unsigned>(pairs_.size()));
    const auto component = script_.next(4) == 0 ? relay::Component::rtcp : relay::Component::rtp;
    const IpAddress ip = some_ip(script_);
    const SocketAddress source{ip, some_port()};
    const std::string packet = some_packet(component);
    const auto hop = relay_.forward({pairs_[in], component}, source, packet, now_);
    const auto here = owners(in);
    demand(here.size() <= 1, "a pair belongs to one stream");
    if (!hop) return;
    demand(here.size() == 1, "a pair in stock forwards nothing");
    const auto out = std::ranges::find(pairs_, hop->out.pair);
    demand(out != pairs_.end(), "what leaves leaves from a port of ours");
    const auto there = owners(static_cast<std::size_t>(out - pairs_.begin()));
    demand(there.size() == 1 && there[0].call == here[0].call && there[0].stream == here[0].stream &&
               there[0].leg != here[0].leg,
           "a packet goes to the other side of its stream");
    demand(hop->out.component == component, "RTP stays RTP, and RTCP stays RTCP");
    demand(hop->to != source, "nothing goes back to its sender");
    demand(hop->to.port != 0 && !hop->to.ip.is_unspecified(), "a packet goes somewhere");
    if (here[0].leg == Side::phone) demand(source.ip == peer_of(here[0].call), "only the phone is heard");
    if (there[0].leg == Side::phone)
      demand(hop->to.ip == peer_of(here[0].call), "the phone's audio goes to the phone alone");
  }
  [[nodiscard]] IpAddress peer_of(relay::SessionId id) const {
    return std::ranges::find(calls_, id, &Call::id)->places.peer.phone;
  }

  Script script_;
  relay::Relay relay_;
  std::array<Call, kCalls> calls_;
  std::vector<relay::PairId> pairs_;  // the n-th has port 30000 + 2n
  std::vector<relay::PairId> released_;
  std::uint16_t sequence_ = 0;
  TimePoint now_{std::chrono::hours{1}};
};

}  // namespace

void check_relay(ByteView script) {
  RelayStory(Script(script)).tell();
}

}  // namespace fapfon::support
