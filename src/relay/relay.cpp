// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/relay.hpp"

#include <algorithm>
#include <utility>

namespace fapfon::relay {

// --- Port pairs ------------------------------------------------------------------------------------

bool Relay::Pair::owns(const SocketAddress& address) const noexcept {
  return address.ip == local && (address.port == rtp_port || address.port == rtp_port + 1);
}

void Relay::add_home(const IpAddress& local) {
  constexpr std::size_t kMaxHomes = 8;
  if (homes_.size() == kMaxHomes || std::ranges::find(homes_, local) != homes_.end()) return;
  homes_.push_back(local);
}

std::size_t Relay::pairs_wanted(const IpAddress& local) const noexcept {
  // A message with kMaxStreams streams takes a pair for each on both sides, which may be one address.
  constexpr std::size_t kStockCount = 2 * kMaxStreams;
  const std::size_t in_stock = stock_count(local);
  return is_needed_ && in_stock < kStockCount ? kStockCount - in_stock : 0;
}

PairId Relay::make_pair(const IpAddress& local, std::uint16_t rtp_port) {
  Pair& pair = pairs_.emplace();
  pair.local = local;
  pair.rtp_port = rtp_port;
  return pair.id;
}

PairId Relay::add_pair(const IpAddress& local, std::uint16_t rtp_port) {
  const PairId id = make_pair(local, rtp_port);
  stock_of(local).push_back(id);
  return id;
}

std::size_t Relay::stock_count(const IpAddress& local) const noexcept {
  const auto found = std::ranges::find(stocks_, local, &Stock::local);
  return found == stocks_.end() ? 0 : found->pairs.size();
}

std::vector<PairId> Relay::take_released() {
  return std::exchange(released_, {});
}

std::vector<PairId>& Relay::stock_of(const IpAddress& local) {
  const auto found = std::ranges::find(stocks_, local, &Stock::local);
  if (found != stocks_.end()) return found->pairs;
  return stocks_.emplace_back(Stock{local, {}}).pairs;
}

/// Which pairs are missing for streams 0 to `wanted.size()`, or are open on the wrong address of ours.
std::vector<Relay::Vacancy> Relay::vacancies(const Session& session, std::span<const bool> wanted,
                                             const Places& places) const {
  std::vector<Vacancy> found;
  for (std::size_t stream = 0; stream < wanted.size(); ++stream) {
    if (!wanted[stream]) continue;
    for (const Side leg : {Side::phone, Side::box}) {
      const Pair* pair =
          stream < session.streams.size() ? pairs_.find(session.streams[stream].side(leg).pair) : nullptr;
      const bool fits = pair != nullptr && pair->local == places.local.of(leg);
      if (!fits) found.push_back({stream, leg});
    }
  }
  return found;
}

bool Relay::has_stock_for(std::span<const Vacancy> vacancies, const Places& places) const {
  return std::ranges::all_of(vacancies, [&](const Vacancy& vacancy) {
    const IpAddress& local = places.local.of(vacancy.leg);
    const auto on_same = std::ranges::count_if(
        vacancies, [&](const Vacancy& one) { return places.local.of(one.leg) == local; });
    return stock_count(local) >= static_cast<std::size_t>(on_same);
  });
}

bool Relay::fill(Session& session, std::span<const bool> wanted, const Places& places, TimePoint now) {
  const auto missing = vacancies(session, wanted, places);
  if (!has_stock_for(missing, places)) return false;
  session.places = places;
  if (session.streams.size() < wanted.size()) session.streams.resize(wanted.size());
  for (const Vacancy& vacancy : missing) {
    StreamLeg& side = session.streams[vacancy.stream].side(vacancy.leg);
    release(side);
    auto& stock = stock_of(places.local.of(vacancy.leg));
    Pair& pair = *pairs_.find(stock.front());
    stock.erase(stock.begin());
    pair.session = session.id;
    pair.stream = static_cast<std::uint8_t>(vacancy.stream);
    side.pair = pair.id;
    aim(session, side, now);
  }
  return true;
}

void Relay::release(StreamLeg& side) {
  if (!side.pair) return;
  track(side, side.rtp.learned(), std::nullopt);
  track(side, side.rtcp.learned(), std::nullopt);
  pairs_.erase(side.pair);
  released_.push_back(std::exchange(side.pair, {}));
}

// --- Calls -----------------------------------------------------------------------------------------

SessionId Relay::open(const Places& places) {
  Session& session = sessions_.emplace();
  session.places = places;
  return session.id;
}

bool Relay::provide(SessionId id, const Description& description, const Places& places, TimePoint now) {
  Session* session = sessions_.find(id);
  if (session == nullptr) return false;
  std::array<bool, kMaxStreams> wanted{};
  std::ranges::transform(description.streams(), wanted.begin(), &StreamDescription::needs_ports);
  const bool has_moved = session->places.peer.phone != places.peer.phone;
  if (!fill(*session, std::span(wanted).first(description.count), places, now)) return false;
  if (has_moved) aim_at_phone(*session, now);
  return true;
}

bool Relay::reserve(SessionId id, const Places& places, TimePoint now) {
  Session* session = sessions_.find(id);
  constexpr std::array kFirstStream{true};
  return session != nullptr && fill(*session, kFirstStream, places, now);
}

void Relay::set(SessionId id, Side from, const Description& description, TimePoint now) {
  Session* session = sessions_.find(id);
  if (session == nullptr) return;
  for (std::size_t i = 0; i < description.count && i < session->streams.size(); ++i) {
    Stream& stream = session->streams[i];
    StreamLeg& side = stream.side(from);
    side.description = description.list[i];
    side.heard.carry(side.description->payload);
    aim(*session, side, now);
    set_expectations(stream);
  }
}

/// Silence is a gap only where both sides have agreed on sound: not while one of them holds the call.
void Relay::set_expectations(Stream& stream) {
  for (const Side leg : {Side::phone, Side::box}) {
    StreamLeg& side = stream.side(leg);
    const auto& hears = stream.side(other(leg)).description;
    const bool expected = side.description && hears && side.description->needs_ports() &&
                          side.description->sends && hears->state == StreamDescription::State::active &&
                          hears->receives;
    side.was_expected = side.was_expected || expected;
    if (expected) side.heard.resume();
    if (!expected) side.heard.pause();
  }
}

/// Tells the latches of one leg what is known of it.
void Relay::aim(const Session& session, StreamLeg& side, TimePoint now) {
  const IpAddress& peer = session.places.peer.of(side.leg);
  if (!side.description) {
    expect(side, side.rtp, {peer, 0}, now);
    expect(side, side.rtcp, {peer, 0}, now);
    return;
  }
  const StreamDescription& said = *side.description;
  const Pair* pair = pairs_.find(side.pair);
  // A description that repeats our own address gets no packets: we would send them to ourselves.
  const bool is_echo = pair != nullptr && pair->owns({said.ip, said.rtp_port});
  if (said.state != StreamDescription::State::active || is_echo) {
    if (side.leg == Side::phone) {  // L4: it may have moved while it holds the call
      expect(side, side.rtp, {peer, said.rtp_port}, now);
      expect(side, side.rtcp, {peer, said.rtcp_port}, now);
    }
    return expect_nobody(side);
  }
  // The phone's packets come from where its signalling comes from; what it writes is often wrong (S1).
  // A Box of both IP versions may name an address that our port cannot reach; it is reached where its SIP is.
  const bool is_reachable = said.ip && (pair == nullptr || pair->local.family() == said.ip.family());
  const IpAddress& from = side.leg == Side::box && is_reachable ? said.ip : peer;
  side.rtp.carry(said.payload);
  expect(side, side.rtp, {from, said.rtp_port}, now);
  expect(side, side.rtcp, {from, said.rtcp_port}, now);
  // The phone has come back with an address of the other family and still knows our address of the old one.
  if (pair != nullptr && pair->local.family() != from.family()) expect_nobody(side);
}

void Relay::expect_nobody(StreamLeg& side) noexcept {
  side.rtp.expect_nobody();
  side.rtcp.expect_nobody();
}

void Relay::expect(const StreamLeg& side, Latch& latch, const SocketAddress& announced, TimePoint now) {
  const auto before = latch.learned();
  latch.expect(announced.ip, announced.port, now);
  track(side, before, latch.learned());
}

void Relay::move_phone(SessionId id, const IpAddress& peer, TimePoint now) {
  Session* session = sessions_.find(id);
  if (session == nullptr || session->places.peer.phone == peer) return;
  session->places.peer.phone = peer;
  aim_at_phone(*session, now);
}

void Relay::aim_at_phone(Session& session, TimePoint now) {
  for (Stream& stream : session.streams) aim(session, stream.phone, now);
}

void Relay::know(SessionId id, std::size_t stream, const PayloadFormat& format) {
  Session* session = sessions_.find(id);
  if (session == nullptr || stream >= session->streams.size()) return;
  session->streams[stream].phone.heard.know(format);
  session->streams[stream].box.heard.know(format);
}

std::optional<SocketAddress> Relay::address(SessionId id, std::size_t stream, Side leg) const {
  const Session* session = sessions_.find(id);
  if (session == nullptr || stream >= session->streams.size()) return std::nullopt;
  const Pair* pair = pairs_.find(session->streams[stream].side(leg).pair);
  if (pair == nullptr) return std::nullopt;
  return SocketAddress{pair->local, pair->rtp_port};
}

Places Relay::places(SessionId id) const {
  const Session* session = sessions_.find(id);
  return session != nullptr ? session->places : Places{};
}

TimePoint Relay::last_packet(SessionId id) const {
  const Session* session = sessions_.find(id);
  return session != nullptr ? session->last_packet : TimePoint{};
}

StreamReport Relay::report_of(const Stream& stream) {
  const auto& told = stream.phone.description ? stream.phone.description : stream.box.description;
  StreamReport report;
  if (told) report.type = told->type;
  for (const Side leg : {Side::phone, Side::box}) {
    const StreamLeg& side = stream.side(leg);
    report.from.of(leg) = {side.heard.figures(), side.was_expected};
  }
  return report;
}

MediaReport Relay::close(SessionId id) {
  MediaReport report;
  Session* session = sessions_.find(id);
  if (session == nullptr) return report;
  for (Stream& stream : session->streams) {
    report.streams.push_back(report_of(stream));
    release(stream.phone);
    release(stream.box);
  }
  sessions_.erase(id);
  return report;
}

// --- From one program to the next --------------------------------------------------------------------

PairId Relay::add_returning_pair(const IpAddress& local, std::uint16_t rtp_port) {
  const PairId id = make_pair(local, rtp_port);
  const bool is_first = returning_.try_emplace({local, rtp_port}, id).second;
  if (!is_first) {
    pairs_.erase(id);
    released_.push_back(id);
  }
  return id;
}

PairId Relay::returning_pair(const SocketAddress& address) const {
  const auto found = returning_.find(address);
  return found == returning_.end() ? PairId{} : found->second;
}

void Relay::release_returning() {
  for (const auto& [address, id] : returning_) {
    pairs_.erase(id);
    released_.push_back(id);
  }
  returning_.clear();
}

SessionRecord Relay::record(SessionId id) const {
  SessionRecord record;
  const Session* session = sessions_.find(id);
  if (session == nullptr) return record;
  record.places = session->places;
  record.last_packet = session->last_packet;
  for (const Stream& stream : session->streams)
    record.streams.push_back({record_of(stream.phone), record_of(stream.box)});
  return record;
}

LegRecord Relay::record_of(const StreamLeg& side) const {
  const Pair* pair = pairs_.find(side.pair);
  const SocketAddress address =
      pair != nullptr ? SocketAddress{pair->local, pair->rtp_port} : SocketAddress{};
  return {address, side.rtp.record(), side.rtcp.record(), side.description, side.was_expected};
}

SessionId Relay::restore(const SessionRecord& record, TimePoint now) {
  if (record.streams.size() > kMaxStreams) return {};
  Session& session = sessions_.emplace();
  session.places = record.places;
  session.last_packet = past(record.last_packet, now);
  session.streams.resize(record.streams.size());
  for (std::size_t i = 0; i < record.streams.size(); ++i) {
    Stream& stream = session.streams[i];
    restore_pairs(session, i, record.streams[i]);
    for (const Side leg : {Side::phone, Side::box})
      restore_leg(stream.side(leg), record.streams[i].of(leg), now);
    set_expectations(stream);
  }
  return session.id;
}

/// Both or none: a packet that comes in by one has to leave by the other.
void Relay::restore_pairs(Session& session, std::size_t stream, const StreamRecord& record) {
  const BothSides<PairId> ids{returning_pair(record.phone.pair), returning_pair(record.box.pair)};
  if (!ids.phone || !ids.box || ids.phone == ids.box) return;
  for (const Side leg : {Side::phone, Side::box}) {
    Pair& pair = *pairs_.find(ids.of(leg));
    pair.session = session.id;
    pair.stream = static_cast<std::uint8_t>(stream);
    session.streams[stream].side(leg).pair = pair.id;
    returning_.erase(record.of(leg).pair);
  }
}

void Relay::restore_leg(StreamLeg& side, const LegRecord& record, TimePoint now) {
  side.rtp.restore(record.rtp, now);
  side.rtcp.restore(record.rtcp, now);
  side.description = record.description;
  side.was_expected = record.was_expected;
  if (side.description) side.heard.carry(side.description->payload);
  if (!side.pair) return;
  track(side, std::nullopt, side.rtp.learned());
  track(side, std::nullopt, side.rtcp.learned());
}

// --- Packets ---------------------------------------------------------------------------------------

std::optional<MediaHop> Relay::forward(MediaPort port, const SocketAddress& source, ByteView bytes,
                                       TimePoint now) {
  const Pair* pair = pairs_.find(port.pair);
  Session* session = pair != nullptr ? sessions_.find(pair->session) : nullptr;
  if (session == nullptr) return std::nullopt;  // in stock
  Stream& stream = session->streams[pair->stream];
  const bool from_phone = stream.phone.pair == port.pair;
  StreamLeg& here = from_phone ? stream.phone : stream.box;
  StreamLeg& there = from_phone ? stream.box : stream.phone;
  if (!take(here, port.component, Packet::read(source, bytes), now)) return std::nullopt;
  session->last_packet = now;
  const auto hop = hop_to(there, port.component);
  // A session description may say anything, but no sender must get its own audio back.
  return hop && hop->to != source ? hop : std::nullopt;
}

bool Relay::take(StreamLeg& side, Component component, const Packet& packet, TimePoint now) {
  Latch& latch = side.latch(component);
  const auto before = latch.learned();
  if (!latch.take(packet, now)) return false;
  if (before != packet.source) track(side, before, latch.learned());
  // With rtcp-mux (RFC 5761) reports come here as well, and they are not audio.
  if (component == Component::rtp && (packet.rtp || !is_rtcp(packet.bytes))) side.heard.update(packet, now);
  return true;
}

std::optional<MediaHop> Relay::hop_to(StreamLeg& side, Component component) const {
  const Latch& latch = side.latch(component);
  const auto to = latch.destination();
  if (!to || to->port == 0) return std::nullopt;
  // Two phones behind one masquerade both say port 4000: until this one has been heard, 4000 is the other's.
  if (side.leg == Side::phone && !latch.learned() && learned_by_.contains(*to)) return std::nullopt;
  return MediaHop{{side.pair, component}, *to};
}

void Relay::track(const StreamLeg& side, const std::optional<SocketAddress>& before,
                  const std::optional<SocketAddress>& after) {
  if (side.leg != Side::phone || before == after) return;
  if (before) {
    const auto known = learned_by_.find(*before);
    if (known != learned_by_.end() && known->second == side.pair) learned_by_.erase(known);
  }
  if (after) learned_by_[*after] = side.pair;
}

}  // namespace fapfon::relay
