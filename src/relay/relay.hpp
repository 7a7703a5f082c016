// SPDX-License-Identifier: GPL-2.0-or-later
// The media relay (SPEC M2) without its sockets: which of our port pairs belongs to which stream of which
// call, whose packets each port takes, and where those are sent. Pairs come from outside and are already
// open, so that a call never waits for one. No clock, no socket; one thread.
//
//                       phone leg                    Box leg
//   phone <--RTP--> [ pair: RTP | RTCP ]  stream  [ pair: RTP | RTCP ] <--RTP--> Box
//
// Offers and answers are not known here: proxy/offer_answer decides which description is in force on which
// side, and set() is told. A stream is named by its place among the m= lines (RFC 3264 section 8).
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

/// What signalling knows of one call's addresses.
struct Places {
  BothSides<IpAddress> local;  ///< of ours: what the session descriptions sent to that side name
  BothSides<IpAddress> peer;   ///< the phone's observed address, and the Box's

  friend bool operator==(const Places&, const Places&) = default;
};

/// One leg of one stream, for a program that takes over from this one (SPEC N6).
struct LegRecord {
  SocketAddress pair;  ///< of ours, its port for RTP; port 0: it has none
  LatchRecord rtp;
  LatchRecord rtcp;
  std::optional<StreamDescription> description;
  bool was_expected = false;

  friend bool operator==(const LegRecord&, const LegRecord&) = default;
};

using StreamRecord = BothSides<LegRecord>;

/// The media of one call. What has been counted of its packets is not in it: figures begin again.
struct SessionRecord {
  Places places;
  std::vector<StreamRecord> streams;
  TimePoint last_packet;

  friend bool operator==(const SessionRecord&, const SessionRecord&) = default;
};

class Relay {
 public:
  // --- Port pairs ------------------------------------------------------------------------------

  /// A local address on which media may have to be relayed. More than kMaxHomes are not taken: a machine has
  /// a handful.
  void add_home(const IpAddress& local);
  [[nodiscard]] std::span<const IpAddress> homes() const noexcept { return homes_; }
  /// Whether calls may need pairs at all. If so, each home keeps some in stock.
  void keep_stock(bool needed) noexcept { is_needed_ = needed; }
  /// How many more pairs the home `local` should have in stock. Ask after each batch, and when a home is new.
  [[nodiscard]] std::size_t pairs_wanted(const IpAddress& local) const noexcept;

  /// Hands over a pair that is open on `local`: RTP at `rtp_port`, RTCP at the next port. It belongs to the
  /// relay until take_released() returns it.
  PairId add_pair(const IpAddress& local, std::uint16_t rtp_port);
  /// Pairs on `local` that no call uses.
  [[nodiscard]] std::size_t stock_count(const IpAddress& local) const noexcept;
  /// Pairs whose calls have ended since the last time this was asked: close them.
  std::vector<PairId> take_released();

  // --- From one program to the next (SPEC N6) ------------------------------------------------------

  /// A pair that a call of the predecessor has had, open again. It is not in stock: only restore() gives it
  /// out, to the call that had it.
  PairId add_returning_pair(const IpAddress& local, std::uint16_t rtp_port);
  /// What the next program has to know of a call; nothing for an id that names nothing.
  [[nodiscard]] SessionRecord record(SessionId id) const;
  /// The call goes on as it was. A stream gets exactly its pairs; when one of the two has not come back, it
  /// gets new ones with the next description. None when the record cannot be true.
  SessionId restore(const SessionRecord& record, TimePoint now);
  /// Nothing more is restored: pairs that nobody has asked for are released.
  void release_returning();

  // --- Calls -----------------------------------------------------------------------------------

  /// Begins the media of a call: no streams yet. It lasts until close().
  SessionId open(const Places& places);
  /// Pairs for all streams of `description` that need them, on both legs, so that it can be rewritten. What
  /// the two sides want is not changed: see set(). False, with nothing changed, when there are not enough in
  /// stock.
  bool provide(SessionId id, const Description& description, const Places& places, TimePoint now);
  /// The same for a first stream whose description is still to come (an INVITE without offer, RFC 3261
  /// section 14.1), so that a shortage is noticed while the INVITE can still be refused.
  bool reserve(SessionId id, const Places& places, TimePoint now);
  /// From now on the side `from` wants its packets as `description` says: offer and answer have met (RFC
  /// 3264), or nothing was agreed before.
  void set(SessionId id, Side from, const Description& description, TimePoint now);
  /// L4: packets of the phone come from there now.
  void move_phone(SessionId id, const IpAddress& peer, TimePoint now);
  /// What SDP calls a payload type of a stream (its place among the m= lines), for the report.
  void know(SessionId id, std::size_t stream, const PayloadFormat& format);

  /// Our address for the stream on `leg`; none when it has no pair there.
  [[nodiscard]] std::optional<SocketAddress> address(SessionId id, std::size_t stream, Side leg) const;
  /// What the core last said of the call; no addresses for an id that names nothing.
  [[nodiscard]] Places places(SessionId id) const;
  /// When the last packet of either side came; TimePoint{} before the first.
  [[nodiscard]] TimePoint last_packet(SessionId id) const;

  /// The call is over: its pairs are released. The report is empty for an id that names nothing.
  MediaReport close(SessionId id);
  [[nodiscard]] std::size_t session_count() const noexcept { return sessions_.size(); }

  // --- Packets ---------------------------------------------------------------------------------

  /// Where a packet goes that has come to one of our ports; none: nowhere. Allocates only when a source is
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
  struct StreamLeg {
    StreamLeg(Side which, Target target) noexcept
        : leg(which), rtp(Payload::rtp, target), rtcp(Payload::rtcp, target) {}
    Side leg;
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
    StreamLeg phone{Side::phone, Target::learned};
    StreamLeg box{Side::box, Target::announced};

    [[nodiscard]] StreamLeg& side(Side leg) noexcept { return leg == Side::phone ? phone : box; }
    [[nodiscard]] const StreamLeg& side(Side leg) const noexcept { return leg == Side::phone ? phone : box; }
  };

  struct Session {
    SessionId id;
    Places places;
    std::vector<Stream> streams;
    TimePoint last_packet;
  };

  /// A pair that a stream lacks.
  struct Vacancy {
    std::size_t stream;
    Side leg;
  };

  struct Stock {
    IpAddress local;
    std::vector<PairId> pairs;
  };

  PairId make_pair(const IpAddress& local, std::uint16_t rtp_port);
  [[nodiscard]] LegRecord record_of(const StreamLeg& side) const;
  void restore_pairs(Session& session, std::size_t stream, const StreamRecord& record);
  void restore_leg(StreamLeg& side, const LegRecord& record, TimePoint now);
  [[nodiscard]] PairId returning_pair(const SocketAddress& address) const;

  std::vector<PairId>& stock_of(const IpAddress& local);
  [[nodiscard]] std::vector<Vacancy> vacancies(const Session& session, std::span<const bool> wanted,
                                               const Places& places) const;
  [[nodiscard]] bool has_stock_for(std::span<const Vacancy> vacancies, const Places& places) const;
  /// Gives pairs to the wanted streams; false, with nothing changed, when there are not enough.
  bool fill(Session& session, std::span<const bool> wanted, const Places& places, TimePoint now);
  void release(StreamLeg& side);
  static void set_expectations(Stream& stream);
  static StreamReport report_of(const Stream& stream);
  void aim(const Session& session, StreamLeg& side, TimePoint now);
  void aim_at_phone(Session& session, TimePoint now);
  static void expect_nobody(StreamLeg& side) noexcept;
  void expect(const StreamLeg& side, Latch& latch, const SocketAddress& announced, TimePoint now);
  bool take(StreamLeg& side, Component component, const Packet& packet, TimePoint now);
  [[nodiscard]] std::optional<MediaHop> hop_to(StreamLeg& side, Component component) const;
  /// What a latch of a phone has learned has changed.
  void track(const StreamLeg& side, const std::optional<SocketAddress>& before,
             const std::optional<SocketAddress>& after);

  SlotMap<Pair, PairId> pairs_;
  SlotMap<Session, SessionId> sessions_;
  std::vector<IpAddress> homes_;
  bool is_needed_ = false;
  std::vector<Stock> stocks_;
  std::vector<PairId> released_;
  boost::unordered_flat_map<SocketAddress, PairId, AddressHash> returning_;  ///< by the address of RTP
  /// Where phones have been heard: nobody else's audio is sent there on a guess.
  boost::unordered_flat_map<SocketAddress, PairId, AddressHash> learned_by_;
};

}  // namespace fapfon::relay
