// SPDX-License-Identifier: GPL-2.0-or-later
// SPEC N6: nobody can tell that the program has been restarted. The same story is played twice, once with
// restarts between its steps; every byte that anybody gets must be the same, at the same time.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "property/dice.hpp"
#include "support/rtp.hpp"
#include "support/world.hpp"

namespace fapfon::property {
namespace {

using namespace std::chrono_literals;
using namespace support;

constexpr SocketAddress kBoxAudio{IpAddress::v4(172, 30, 10, 1), 7078};

PhoneProfile profile(std::size_t phone) {
  const auto vpn = IpAddress::v4(172, 20, 11, static_cast<std::uint8_t>(20 + phone));
  const std::vector<PhoneProfile> kinds{softphone("anna"), app_2018("bernd"), app_2025("clara"),
                                        app_2018("dora")};
  PhoneProfile chosen = at_vpn_address(kinds.at(phone), vpn);
  chosen.answers_calls = true;
  return chosen;
}

/// One thing that happens; all numbers come from the dice, so that it can happen twice.
struct Step {
  std::size_t kind = 0;
  std::size_t phone = 0;
  std::size_t number = 0;
};

class Story {
 public:
  explicit Story(proxy::MediaMode mode) : world(config()) {
    world.phones_arrive_at(IpAddress::v4(172, 30, 10, 2));
    world.set_media(mode);
    for (std::size_t i = 0; i < 4; ++i) phones.push_back(&world.add_phone(profile(i)));
  }

  void happens(const Step& step) {
    Station& phone = *phones.at(step.phone);
    switch (step.kind) {
      case 0:
      case 1:
        phone.registers();
        return;
      case 2:
        if (step.number % 3 == 0) phone.unregisters();
        return;
      case 3:
        phone.calls();
        return;
      case 4:
        return box_calls(phone);
      case 5:
        return hangs_up(phone, step.number);
      case 6:
        return updates(phone, step.number);
      case 7:
      case 8:
        return speaks(phone, step.number);
      case 9:
        if (phone.phone().profile().transport == Transport::tcp) return;
        phone.moves_to(IpAddress::v4(172, 20, 12, static_cast<std::uint8_t>(step.number % 200 + 1)))
            .registers();
        return;
      case 10:
        phone.sends_message("**610", "Hallo");
        return;
      default:
        return world.advance(std::chrono::seconds(1 + step.number % 200));
    }
  }

  World world;
  std::vector<Station*> phones;
  std::vector<std::string> heard;  ///< where each packet of audio has gone

 private:
  static proxy::Config config() {
    proxy::Config config;
    config.hash_seed = 42;
    return config;
  }

  /// No ringing is left over: an answer to an INVITE of before the restart is nobody's.
  void box_calls(const Station& phone) {
    const std::string user = const_cast<Station&>(phone).phone().profile().accounts.front().user;
    for (const std::size_t call : world.box_calls(user)) {
      if (world.box_call(call).state != BoxCall::State::up) world.box_hangs_up(call);
    }
  }

  void hangs_up(Station& phone, std::size_t number) {
    if (const auto call = call_of(phone); call) phone.hangs_up(*call);
    if (number % 2 == 0 || world.box().calls().empty()) return;
    const std::size_t call = number % world.box().calls().size();
    if (world.box_call(call).state == BoxCall::State::up) world.box_hangs_up(call);
  }

  void updates(Station& phone, std::size_t number) {
    if (number % 2 == 0) {
      if (const auto call = call_of(phone); call) phone.updates_call(*call);
      return;
    }
    if (world.box().calls().empty()) return;
    const std::size_t call = number % world.box().calls().size();
    if (world.box_call(call).state == BoxCall::State::up) world.box_refreshes(call);
  }

  void speaks(Station& phone, std::size_t number) {
    const IpAddress vpn = phone.phone().profile().local.ip;
    if (const auto call = call_of(phone); call && phone.call(*call).audio)
      packets({vpn, static_cast<std::uint16_t>(50'000 + 2 * (number % 3))}, *phone.call(*call).audio, 0xa0U);
    if (world.box().calls().empty()) return;
    const BoxCall& call = world.box_call(number % world.box().calls().size());
    if (call.state == BoxCall::State::up && call.audio) packets(kBoxAudio, *call.audio, 0xb0U);
  }

  void packets(const SocketAddress& from, const SocketAddress& to, std::uint32_t ssrc) {
    Rtp rtp;
    rtp.ssrc = ssrc;
    for (int i = 0; i < 6; ++i) {
      rtp.sequence = ++sequence_;
      const auto relayed = world.packet(from, to, rtp.bytes());
      heard.push_back(relayed ? relayed->from.to_string() + " > " + relayed->to.to_string() : "nowhere");
    }
  }

  static std::optional<std::size_t> call_of(const Station& phone) {
    const auto& calls = const_cast<Station&>(phone).phone().calls();
    for (std::size_t i = calls.size(); i > 0; --i) {
      if (calls[i - 1].state == PhoneCall::State::up) return i - 1;
    }
    return std::nullopt;
  }

  std::uint16_t sequence_ = 0;
};

/// What somebody could notice. A UDP flow that serves nothing may be forgotten sooner or later.
std::string noticeable(const std::string& trace) {
  static const std::string idle =
      "close > reason " + std::to_string(static_cast<int>(proxy::CloseReason::idle));
  std::string kept;
  for (std::size_t at = 0; at < trace.size();) {
    const std::size_t end = std::min(trace.find('\n', at), trace.size() - 1) + 1;
    const std::string line = trace.substr(at, end - at);
    if (line.find("another program") == std::string::npos && line.find(idle) == std::string::npos)
      kept += line;
    at = end;
  }
  return kept;
}

/// The trace keeps the last messages only: what both have.
std::string common_end(const std::string& of, const std::string& other) {
  const std::size_t length = std::min(of.size(), other.size());
  const std::size_t start = of.size() - length;
  const std::size_t line = of.find("\n[", start);
  return line == std::string::npos ? of.substr(start) : of.substr(line);
}

void play(Dice& dice) {
  const auto mode = dice.once_in(3) ? proxy::MediaMode::direct : proxy::MediaMode::relay;
  Story plain(mode);
  Story restarted(mode);
  std::string told;
  for (int i = 0; i < 40; ++i) {
    const Step step{dice.below(13), dice.below(plain.phones.size()), dice.below(10'000)};
    if (dice.once_in(2)) restarted.world.restarts();
    plain.happens(step);
    restarted.happens(step);
    told += "\nstep " + std::to_string(step.kind) + " of phone " + std::to_string(step.phone);
    const std::string expected = noticeable(plain.world.trace());
    const std::string trace = noticeable(restarted.world.trace());
    ASSERT_EQ(common_end(trace, expected), common_end(expected, trace)) << told;
    ASSERT_EQ(restarted.heard, plain.heard) << told;
    ASSERT_EQ(restarted.world.complaints(), plain.world.complaints()) << told;
    ASSERT_EQ(restarted.world.core().counts().lines, plain.world.core().counts().lines) << told;
    ASSERT_EQ(restarted.world.core().counts().relayed_calls, plain.world.core().counts().relayed_calls)
        << told;
    ASSERT_EQ(restarted.world.media_pairs_in_use(), plain.world.media_pairs_in_use()) << told;
  }
}

TEST(Restart, nobody_can_tell_that_the_program_has_been_restarted) {
  for_each_seed(40, play);
}

}  // namespace
}  // namespace fapfon::property
