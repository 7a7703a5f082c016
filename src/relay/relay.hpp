// SPDX-License-Identifier: GPL-2.0-or-later
// The media relay (SPEC M2) without its sockets: which of our port pairs belongs to which stream of which
// call, whose packets each port takes, and where they go on. Pairs come from outside, already open, so that a
// call never waits for one.
//
//                       phone leg                    Box leg
//   phone <--RTP--> [ pair: RTP | RTCP ]  stream  [ pair: RTP | RTCP ] <--RTP--> Box
//
// There is no offer and no answer here: each description that a side sends tells where that side wants its
// packets, whenever it comes. A stream is its place among the m= lines (RFC 3264 section 8).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/bytes.hpp"
#include "base/slot_map.hpp"
#include "base/socket_address.hpp"
#include "base/time.hpp"
#include "relay/description.hpp"
#include "relay/ids.hpp"
#include "relay/latch.hpp"
#include "relay/media_report.hpp"
#include "relay/reception.hpp"

namespace fapfon::relay {

/// Where a packet goes: out of which of our ports, and to whom.
struct MediaHop {
  MediaPort out;
  SocketAddress to;
};

/// Of one call: what signalling knows.
struct Places {
  BothLegs<IpAddress> local;  ///< of ours: what the other leg's descriptions shall name
  BothLegs<IpAddress> peer;   ///< the phone's observed address, and the Box's
};

/// Dialogs of one call whose descriptions are remembered, of both sides together.
inline constexpr std::size_t kMaxBranches = 8;

class Relay {
 public:
  // --- Port pairs ------------------------------------------------------------------------------

  /// A pair that is open on `local`: RTP at `rtp_port`, RTCP at the next one. It stays ours until it stands
  /// in take_released().
  PairId add_pair(const IpAddress& local, std::uint16_t rtp_port);
  /// Pairs on `local` that serve nobody.
  [[nodiscard]] std::size_t stock_count(const IpAddress& local) const noexcept;
  /// Pairs that are not used any more since the last call: close them.
  std::vector<PairId> take_released();

  // --- Calls -----------------------------------------------------------------------------------

  SessionId open(const Places& places);
  /// Takes in what one side says. False, with nothing changed, when there are not enough pairs in stock.
  bool describe(SessionId id, const Description& description, const Places& places, TimePoint now);
  /// Takes pairs for a first stream whose description is still to come (an INVITE without offer, RFC 3261
  /// section 14.1), so that being out of ports shows now. False when there are none.
  bool reserve(SessionId id, const Places& places, TimePoint now);
  /// Early dialogs have said different things, and this one has been accepted, without saying it again.
  void choose(SessionId id, Leg from, std::uint64_t branch, TimePoint now);
  /// The Box has accepted the proposal of that tag: it is the phone that has made it.
  void accept_proposal(SessionId id, std::uint64_t branch, TimePoint now);
  /// The request with the last description of that side has been refused: what it had said before counts
  /// again (RFC 3261 section 14.1, RFC 3311 section 5.1).
  void withdraw(SessionId id, Leg from, TimePoint now);
  /// L4: packets of the phone come from there now.
  void move_phone(SessionId id, const IpAddress& peer, TimePoint now);
  /// What SDP calls a payload type of a stream, for the report.
  void know(SessionId id, std::size_t stream, const PayloadFormat& format);

  /// The address of ours that stands for the stream on `leg`; none when it has no pair.
  [[nodiscard]] std::optional<SocketAddress> address(SessionId id, std::size_t stream, Leg leg) const;
  /// What was told last of the call; nothing for an id that names nothing.
  [[nodiscard]] Places places(SessionId id) const;
  /// When the last packet of either side came; TimePoint{} before the first.
  [[nodiscard]] TimePoint last_packet(SessionId id) const;

  /// The call is over: its pairs are released. Empty for an id that names nothing.
  MediaReport close(SessionId id);
  [[nodiscard]] std::size_t session_count() const noexcept { return sessions_.size(); }

  // --- Packets ---------------------------------------------------------------------------------

  /// A packet has come to one of our ports. None: it goes nowhere. No allocation but when a source is
  /// learned.
  std::optional<MediaHop> forward(MediaPort port, const SocketAddress& source, ByteView bytes, TimePoint now);

 private:
  struct Pair {
    PairId id;
    IpAddress local;
    std::uint16_t rtp_port = 0;
    SessionId session;  ///< none: in stock
    std::uint8_t stream = 0;

    [[nodiscard]] bool owns(const SocketAddress& address) const noexcept;
  };

  /// One leg of one stream.
  struct Side {
    Side(Leg which, Target target) noexcept
        : leg(which), rtp(Payload::rtp, target), rtcp(Payload::rtcp, target) {}
    Leg leg;
    PairId pair;
    Latch rtp;
    Latch rtcp;
    std::optional<StreamDescription> description;  ///< the last of that side
    Reception heard{Payload::rtp};                 ///< from there
    bool was_expected = false;                     ///< packets from there, at some time of the call

    [[nodiscard]] Latch& latch(Component component) noexcept {
      return component == Component::rtp ? rtp : rtcp;
    }
  };

  struct Stream {
    Side phone{Leg::phone, Target::learned};
    Side box{Leg::box, Target::announced};

    [[nodiscard]] Side& side(Leg leg) noexcept { return leg == Leg::phone ? phone : box; }
    [[nodiscard]] const Side& side(Leg leg) const noexcept { return leg == Leg::phone ? phone : box; }
  };

  struct Session {
    SessionId id;
    Places places;
    std::vector<Stream> streams;
    std::vector<Description> said;  ///< what each side has said last, in each dialog
    /// What each side had said before a request that is not answered yet.
    BothLegs<std::optional<Description>> before;
    std::optional<Description> proposal;
    TimePoint last_packet;
  };

  /// A pair that a stream lacks.
  struct Vacancy {
    std::size_t stream;
    Leg leg;
  };

  struct Stock {
    IpAddress local;
    std::vector<PairId> pairs;
  };

  std::vector<PairId>& stock_of(const IpAddress& local);
  [[nodiscard]] std::vector<Vacancy> vacancies(const Session& session, std::span<const bool> wanted,
                                               const Places& places) const;
  [[nodiscard]] bool has_stock_for(std::span<const Vacancy> vacancies, const Places& places) const;
  /// Gives pairs to the wanted streams; false, with nothing changed, when there are not enough.
  bool fill(Session& session, std::span<const bool> wanted, const Places& places, TimePoint now);
  void release(Side& side);
  static void set_expectations(Stream& stream);
  static StreamReport report_of(const Stream& stream);
  static Description* find_said(Session& session, Leg from, std::uint64_t branch);
  static void remember(Session& session, const Description& description);
  void apply(Session& session, const Description& description, TimePoint now);
  void aim(const Session& session, Side& side, TimePoint now);
  void aim_at_phone(Session& session, TimePoint now);
  static void expect_nobody(Side& side) noexcept;
  void expect(const Side& side, Latch& latch, const SocketAddress& announced, TimePoint now);
  bool take(Side& side, Component component, const Packet& packet, TimePoint now);
  [[nodiscard]] std::optional<MediaHop> hop_to(Side& side, Component component) const;
  /// What a latch of a phone has learned has changed.
  void track(const Side& side, const std::optional<SocketAddress>& before,
             const std::optional<SocketAddress>& after);

  SlotMap<Pair, PairId> pairs_;
  SlotMap<Session, SessionId> sessions_;
  std::vector<Stock> stocks_;
  std::vector<PairId> released_;
  /// Where phones have been heard: nobody else's audio is sent there on a guess.
  boost::unordered_flat_map<SocketAddress, PairId, AddressHash> learned_by_;
};

}  // namespace fapfon::relay
