// SPDX-License-Identifier: GPL-2.0-or-later
// SPEC N6: a snapshot that has been damaged in any way never harms the program that reads it. Records of a
// real story get other values, and the core goes on with what it believes of them.
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "property/dice.hpp"
#include "support/rtp.hpp"
#include "support/snapshot.hpp"
#include "support/world.hpp"

namespace fapfon::property {
namespace {

using namespace std::chrono_literals;
using namespace support;
using proxy::CallRecord;
using proxy::ContactUris;
using proxy::FlowKey;
using proxy::FlowRecord;
using proxy::LineRecord;

constexpr SocketAddress kBox{IpAddress::v4(172, 30, 10, 1), 5060};

proxy::Snapshot story() {
  World world;
  world.phones_arrive_at(IpAddress::v4(172, 30, 10, 2));
  world.set_media(proxy::MediaMode::relay);
  Station& anna = world.add_phone(softphone("anna"));
  Station& bernd = world.add_phone(at_vpn_address(app_2018("bernd"), IpAddress::v4(172, 20, 11, 7)));
  Station& clara = world.add_phone(at_vpn_address(app_2025("clara"), IpAddress::v4(172, 20, 11, 8)));
  for (Station* phone : {&anna, &bernd, &clara}) phone->registers();
  for (Station* phone : {&anna, &bernd}) phone->calls();
  world.packet({IpAddress::v4(172, 20, 11, 6), 50'004}, *anna.last_call().audio, Rtp{}.bytes());
  clara.unregisters();
  return snapshot_of(world.core());
}

/// Changes one value somewhere, to something that may not even be a value of its type's range.
class Damage {
 public:
  explicit Damage(Dice& dice) : dice_(dice) {}

  void to(proxy::Snapshot& snapshot) {
    if (dice_.once_in(2) && !snapshot.flows.empty()) return list(snapshot.flows);
    if (!snapshot.lines.empty()) list(snapshot.lines);
  }

 private:
  template <typename T>
  void list(std::vector<T>& values) {
    if (values.empty() || dice_.once_in(6)) {
      values.emplace_back();
    } else if (dice_.once_in(4)) {
      values.push_back(T(dice_.one_of(values)));
    } else if (dice_.once_in(4)) {
      values.erase(values.begin() + static_cast<std::ptrdiff_t>(dice_.below(values.size())));
    }
    if (!values.empty()) one(values[dice_.below(values.size())]);
  }

  template <typename T>
  void maybe(std::optional<T>& value) {
    if (dice_.once_in(3)) return value.reset();
    one(value ? *value : value.emplace());
  }
  template <typename T>
  void sides(BothSides<T>& both) {
    maybe(dice_.once_in(2) ? both.phone : both.box);
  }
  template <typename Enum>
  void any(Enum& value) {
    value = static_cast<Enum>(dice_.below(dice_.once_in(4) ? 256 : 5));
  }
  void one(bool& value) { value = !value; }
  void one(std::uint64_t& value) { value = dice_.below(3) == 0 ? ~std::uint64_t{0} : dice_.below(4); }
  void one(std::int64_t& value) { value = dice_.once_in(2) ? INT64_MAX : INT64_MIN; }
  void one(std::uint32_t& value) {
    value = dice_.once_in(2) ? 0xffff'ffffU : static_cast<std::uint32_t>(dice_.below(9));
  }
  void one(std::uint16_t& value) { value = static_cast<std::uint16_t>(dice_.below(65'536)); }
  void one(std::uint8_t& value) { value = static_cast<std::uint8_t>(dice_.below(256)); }
  void one(TimePoint& time) {
    const std::vector<TimePoint> times{
        TimePoint::min(), TimePoint::max(), {}, TimePoint{} + 1000h, TimePoint{} + 2000h};
    time = dice_.one_of(times);
  }
  void one(Duration& duration) { duration = dice_.once_in(2) ? Duration::max() : Duration::min(); }
  void one(std::string& text) {
    const std::vector<std::string> texts{"",
                                         "\r\n\r\n",
                                         "sip:",
                                         "sip:a@172.30.10.2:43202",
                                         "tel:1",
                                         "INVITE sip:",
                                         std::string(100'000, 'x'),
                                         std::string(1, '\0')};
    text = dice_.one_of(texts);
  }
  void one(IpAddress& ip) {
    const std::vector<IpAddress> ips{{},
                                     IpAddress::v4(0, 0, 0, 0),
                                     IpAddress::v4(172, 20, 11, 6),
                                     IpAddress::v4(172, 30, 10, 2),
                                     *IpAddress::parse("2001:db8::1")};
    ip = dice_.one_of(ips);
  }
  void one(SocketAddress& address) {
    if (dice_.once_in(2)) return one(address.ip);
    address.port =
        static_cast<std::uint16_t>(dice_.once_in(2) ? 43'198 + dice_.below(12) : dice_.below(65'536));
  }
  void one(FlowKey& key) {
    if (dice_.once_in(5)) return any(key.transport);
    one(dice_.once_in(2) ? key.local : key.remote);
  }
  void one(ContactUris& uris) { one(dice_.once_in(2) ? uris.phone_uri : uris.box_uri); }
  void one(proxy::ContactRecord& contact);
  void one(proxy::DialogContactRecord& contact) { one(contact.uris); }
  void one(FlowRecord& flow);
  void one(LineRecord& line);
  void one(CallRecord& call);
  void one(proxy::DialogRecord& dialog);
  void one(proxy::OfferAnswer::Round& round);
  void one(relay::Description& description);
  void one(relay::StreamDescription& stream);
  void one(relay::SessionRecord& session);
  void one(relay::StreamRecord& stream) { one(dice_.once_in(2) ? stream.phone : stream.box); }
  void one(relay::LegRecord& leg);
  void one(relay::LatchRecord& latch);

  Dice& dice_;
};

void Damage::one(proxy::ContactRecord& contact) {
  switch (dice_.below(6)) {
    case 0:
      return one(contact.uris);
    case 1:
      return maybe(contact.flow);
    case 2:
      return one(contact.registered);
    case 3:
      return one(contact.expires);
    case 4:
      return one(contact.order);
    default:
      return one(contact.instance);
  }
}

void Damage::one(FlowRecord& flow) {
  switch (dice_.below(7)) {
    case 0:
      return any(flow.role);
    case 1:
      return one(flow.input);
    case 2:
      return one(flow.last_heard);
    case 3:
      return one(flow.keep_alive_at);
    case 4:
      return one(flow.unfinished_since);
    case 5:
      return list(flow.lines);
    default:
      return one(flow.key);
  }
}

void Damage::one(LineRecord& line) {
  switch (dice_.below(12)) {
    case 0:
      return one(line.box_facing);
    case 1:
      return one(line.aor);
    case 2:
      return any(line.state);
    case 3:
      return one(line.was_registered);
    case 4:
      return maybe(dice_.once_in(2) ? line.serving : line.last_speaker);
    case 5:
      return list(line.dialog_contacts);
    case 6:
      return one(dice_.once_in(2) ? line.reserved_until : line.last_used);
    case 7:
      return one(line.challenged_until);
    case 8:
      return one(dice_.once_in(2) ? line.instance : line.contact_user);
    case 9:
      return list(line.contacts);
    default:
      return list(line.calls);
  }
}

void Damage::one(CallRecord& call) {
  switch (dice_.below(10)) {
    case 0:
      return one(call.hash);
    case 1:
      return list(call.invite.branches);
    case 2:
      return maybe(call.invite.offer);
    case 3:
      return one(call.speaking);
    case 4:
      return maybe(dice_.once_in(2) ? call.carrier : call.offered_on);
    case 5:
      return one(dice_.once_in(2) ? call.accepted : call.signalled);
    case 6:
      return one(call.refresh);
    case 7:
      return maybe(call.contact);
    case 8:
      return maybe(call.media);
    default:
      return list(call.dialogs);
  }
}

void Damage::one(proxy::DialogRecord& dialog) {
  switch (dice_.below(5)) {
    case 0:
      return one(dialog.is_confirmed);
    case 1:
      return sides(dialog.session.invites);
    case 2:
      return sides(dialog.session.in_force);
    case 3:
      return one(dialog.session.newest_cseq.box);
    default:
      return one(dialog.tags.phone);
  }
}

void Damage::one(proxy::OfferAnswer::Round& round) {
  if (dice_.once_in(2)) return maybe(dice_.once_in(2) ? round.offer : round.answer);
  any(dice_.once_in(2) ? round.offerer : round.exchange.requester);
}

void Damage::one(relay::Description& description) {
  if (dice_.once_in(2)) {
    description.count = dice_.below(100);
    return;
  }
  one(description.list[dice_.below(relay::kMaxStreams)]);
}

void Damage::one(relay::StreamDescription& stream) {
  any(stream.state);
  any(stream.payload);
  one(stream.ip);
  one(stream.rtp_port);
}

void Damage::one(relay::SessionRecord& session) {
  switch (dice_.below(4)) {
    case 0:
      return one(session.last_packet);
    case 1:
      return one(dice_.once_in(2) ? session.places.local.phone : session.places.peer.box);
    default:
      return list(session.streams);
  }
}

void Damage::one(relay::LegRecord& leg) {
  switch (dice_.below(4)) {
    case 0:
      return one(leg.pair);
    case 1:
      return maybe(leg.description);
    default:
      return one(dice_.once_in(2) ? leg.rtp : leg.rtcp);
  }
}

void Damage::one(relay::LatchRecord& latch) {
  any(latch.payload);
  any(latch.state);
  one(latch.learned_port);
  one(latch.expected);
  one(latch.heard_count);
  one(dice_.once_in(2) ? latch.since : latch.heard);
}

std::string invite_for(const LineRecord& line) {
  const std::string uri = line.contacts.empty() ? "sip:anna@172.30.10.2" : line.contacts.front().uris.box_uri;
  return "INVITE " + uri +
         " SIP/2.0\r\nVia: SIP/2.0/UDP 172.30.10.1:5060;branch=z9hG4bK1\r\nFrom: "
         "<sip:1@fritz.box>;tag=b\r\nTo: <" +
         uri +
         ">\r\nCall-ID: after\r\nCSeq: 7 INVITE\r\nContact: <sip:1F2E3D@172.30.10.1>\r\nContent-Length: "
         "0\r\n\r\n";
}

/// All that can happen next happens to everything that was restored.
void goes_on(proxy::Proxy& core, relay::Relay& relay, MediaPorts& ports, const proxy::Snapshot& snapshot,
             const proxy::Restored& restored) {
  TimePoint now = TimePoint{} + 1000h;
  proxy::Actions actions;
  for (std::size_t i = 0; i < snapshot.lines.size(); ++i) {
    core.receive(restored.lines[i].udp, invite_for(snapshot.lines[i]), now, actions);
    core.box_connected(restored.lines[i].tcp, now, actions);
  }
  for (const proxy::FlowId flow : restored.flows) {
    core.receive(flow, "REGISTER sip:172.30.10.1 SIP/2.0\r\n\r\n", now, actions);
    core.flow_closed(flow, now, actions);
  }
  for (const SocketAddress& pair : media_pairs(snapshot)) {
    for (int packet = 0; packet < 3; ++packet)
      static_cast<void>(
          ports.packet(relay, {IpAddress::v4(172, 20, 11, 6), 50'004}, pair, Rtp{}.bytes(), now));
  }
  for (int i = 0; i < 50 && core.next_deadline() != kNever; ++i) {
    now = std::max(now, core.next_deadline());
    core.expire(now, actions);
    ports.serve(relay);
  }
}

TEST(Restoration, survives_any_damage) {
  const proxy::Snapshot intact = story();
  for_each_seed(400, [&](Dice& dice) {
    proxy::Snapshot snapshot = intact;
    Damage damage(dice);
    for (std::size_t left = 1 + dice.below(8); left > 0; --left) damage.to(snapshot);
    relay::Relay relay;
    proxy::Proxy core({}, relay);
    core.set_box(kBox);
    MediaPorts ports;
    for (const SocketAddress& pair : media_pairs(intact)) ports.returns(relay, pair);
    proxy::Actions actions;
    const proxy::Restored restored = core.restore(snapshot, TimePoint{} + 1000h, actions);
    ASSERT_EQ(restored.lines.size(), snapshot.lines.size());
    ASSERT_EQ(restored.flows.size(), snapshot.flows.size());
    const proxy::Snapshot again = snapshot_of(core);
    EXPECT_LE(again.lines.size(), snapshot.lines.size());
    goes_on(core, relay, ports, snapshot, restored);
  });
}

}  // namespace
}  // namespace fapfon::property
