// SPDX-License-Identifier: GPL-2.0-or-later
// The whole scene on fake time: the core, one FakeBox and any number of phones, joined by a network that
// does to them what a scenario says. Nothing sleeps and nothing is random: advance(25s) takes no time and
// gives the same result in every run. Messages arrive at once and in order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "proxy/proxy.hpp"
#include "proxy/snapshot.hpp"
#include "support/fake_box.hpp"
#include "support/media_ports.hpp"
#include "support/station.hpp"

namespace fapfon::support {

using namespace std::chrono_literals;

/// Who stands between phones and Box.
enum class Path : std::uint8_t {
  through_proxy,
  direct  ///< nobody: what SPEC section 1 complains of
};

/// How the Box takes bytes.
enum class BoxState : std::uint8_t {
  up,
  refusing,  ///< the machine is there, the service is not: resets and ICMP errors
  silent     ///< nothing comes back
};

/// Where Box and VPN server stand in the home network.
struct Home {
  SocketAddress box{IpAddress::v4(172, 30, 10, 1), 5060};
  IpAddress lan = IpAddress::v4(172, 30, 10, 2);  ///< of the VPN server, for box-facing addresses
  /// Where DNAT lets phones arrive; none: at the address that they have sent to.
  std::optional<IpAddress> intercepted_at{};
};

class World {
 public:
  explicit World(proxy::Config config = {}, Path path = Path::through_proxy, Home home = {});
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // --- The cast ------------------------------------------------------------------------------------
  /// Puts up a phone; the Box gets to know its accounts ("secret").
  Station& add_phone(PhoneProfile profile);
  /// The same for somebody whom the Box does not know by this password.
  Station& add_stranger(PhoneProfile profile);
  /// From now on phones reach us at this address of ours.
  void phones_arrive_at(const IpAddress& ip) { home_.intercepted_at = ip; }
  FakeBox& box() noexcept { return box_; }
  relay::Relay& relay() noexcept { return relay_; }
  proxy::Proxy& core() noexcept { return proxy_; }

  // --- Time ----------------------------------------------------------------------------------------
  [[nodiscard]] TimePoint now() const noexcept { return now_; }
  void advance(Duration duration);
  /// Delivers all that is under way.
  void settle();

  // --- What happens at the Box -----------------------------------------------------------------------
  /// The Box rings a user; the numbers of the calls (one a binding).
  std::vector<std::size_t> box_calls(const std::string& user);
  void box_repeats_invite(std::size_t call);
  /// The number that a phone has called and that rings picks up.
  void far_end_picks_up(std::size_t call);
  void box_hangs_up(std::size_t call);
  /// Another branch of a call of a phone sends early media (183).
  void box_previews(std::size_t call, const std::string& tag, std::uint16_t port_offset);
  void box_refreshes(std::size_t call);
  /// The Box loses power: connections are reset, bindings and calls forgotten, nobody answers.
  void box_loses_power(BoxState meanwhile = BoxState::refusing);
  /// Only the network to the Box fails: it forgets nothing.
  void box_becomes(BoxState state) { box_state_ = state; }
  /// TCP connects to the Box hang, datagrams pass.
  void box_ignores_connects(bool ignores) { box_ignores_connects_ = ignores; }
  /// The Box closes all its connections and remembers everything.
  void box_closes_connections();
  [[nodiscard]] std::vector<Binding> bindings(const std::string& user);
  [[nodiscard]] const BoxCall& box_call(std::size_t call) const { return box_.calls().at(call); }
  /// The last call of the Box with anybody.
  [[nodiscard]] const BoxCall& last_box_call() const { return box_.calls().back(); }

  // --- Media ---------------------------------------------------------------------------------------
  /// A packet of RTP or RTCP reaches an address of ours; none when it goes nowhere.
  std::optional<Relayed> packet(const SocketAddress& source, const SocketAddress& to, ByteView bytes) {
    return media_ports_.packet(relay_, source, to, bytes, now_);
  }
  /// The core's mode, and the ports that it wants then.
  void set_media(proxy::MediaMode mode);
  /// Another program takes the place of this one (SPEC N6): all sockets are handed over, and what the core
  /// knows goes by its snapshot. Only when nothing is under way.
  void restarts();
  [[nodiscard]] const MediaPorts& media_ports() const noexcept { return media_ports_; }
  /// All power fails at once and nobody says goodbye. What a call owns must be given back all the same.
  void everybody_leaves();
  /// Pairs of ports that are open and not in the core's stock: calls have them.
  [[nodiscard]] std::size_t media_pairs_in_use() const;
  /// Of the calls with relayed media that are over.
  [[nodiscard]] const std::vector<proxy::CallReport>& call_reports() const noexcept { return call_reports_; }

  // --- What tests read -------------------------------------------------------------------------------
  struct Dial {
    TimePoint at;
    SocketAddress from;
  };
  [[nodiscard]] const std::vector<Dial>& dials() const noexcept { return dials_; }
  [[nodiscard]] const std::vector<SocketAddress>& released() const noexcept { return released_; }
  [[nodiscard]] const std::vector<proxy::CloseReason>& closings() const noexcept { return closings_; }
  [[nodiscard]] const std::vector<proxy::Note>& notes() const noexcept { return notes_; }
  /// The flow of the UDP socket at a box-facing address; its listener goes by it as well.
  [[nodiscard]] std::optional<proxy::FlowId> box_udp_flow(const SocketAddress& address) const;
  [[nodiscard]] std::size_t resolve_count() const noexcept { return resolve_count_; }
  /// Connections of the Box to a box-facing address that the core did not want.
  [[nodiscard]] std::size_t unwanted_connection_count() const noexcept { return unwanted_connection_count_; }
  /// The last datagram or part of a stream that the Box was given.
  [[nodiscard]] const std::string& last_bytes_to_box() const noexcept { return last_bytes_to_box_; }
  /// Bytes that no one was there for.
  [[nodiscard]] std::size_t lost_count() const noexcept { return lost_count_; }
  /// What the peers and the world found wrong; should be empty at the end of every scenario.
  [[nodiscard]] std::vector<std::string> complaints() const;
  void forget_complaints();
  /// The last messages that passed, for the trace of a failure.
  [[nodiscard]] std::string trace() const;

 private:
  friend class Station;

  struct PhoneWire {
    Station* station;
    Transport transport;
    SocketAddress phone;
    bool open = true;  ///< TCP, as the phone sees it
  };
  struct BoxWire {
    SocketAddress local;
    enum class State : std::uint8_t { idle, dialling, connected } state = State::idle;
    SocketAddress remote;  ///< the Box's port: 5060, or its own choice when it has connected to us
    std::string unsent;
    unsigned attempt = 0;
  };

  // phone side
  void carry(Station& station, Outbox outbox);
  void phone_sends(Station& station, const Outgoing& item);
  void phone_sends_to_proxy(Station& station, const Outgoing& item);
  void phone_sends_to_box(Station& station, const Outgoing& item);
  std::optional<proxy::FlowId> connection_of(Station& station);
  [[nodiscard]] SocketAddress arrival_address(const Station& station) const;
  void cut(Station& station);
  void reach_phone(Station& station, Transport transport, const SocketAddress& at, const std::string& bytes);

  // box side
  void carry_box(Outbox outbox);
  void box_sends(const Outgoing& item);
  void box_sends_to_phone(const Outgoing& item);
  void box_dials(const Outgoing& item);
  void reach_box(const Hop& hop, const std::string& bytes);
  void close_box_connection(const Hop& hop);

  // the core's wishes
  void carry_out(const proxy::Actions& actions);
  void do_send(proxy::FlowId flow, std::string bytes);
  void send_on_box_wire(proxy::FlowId flow, BoxWire& wire, const std::string& bytes);
  void do_dial(proxy::FlowId flow);
  void finish_dial(proxy::FlowId flow, bool reached);
  void do_close(proxy::FlowId flow, proxy::CloseReason reason);
  void do_release(proxy::FlowId udp);
  void offer_box_facing();

  // one program after the other
  void replace_core();
  void hand_over(const proxy::FlowRecord& record, proxy::FlowId id);
  void hand_over(const SocketAddress& box_facing, const proxy::BoxFacingFlows& ids,
                 const std::unordered_map<proxy::FlowId, BoxWire>& before);

  void later(Duration delay, std::function<void()> what);
  [[nodiscard]] TimePoint next_deadline() const;
  void run_due();
  void record(std::string line);

  TimePoint now_;
  Path path_;
  Home home_;
  FakeBox box_;
  relay::Relay relay_;
  proxy::Proxy proxy_;
  BoxState box_state_ = BoxState::up;
  bool box_ignores_connects_ = false;
  std::vector<std::unique_ptr<Station>> stations_;
  std::deque<std::function<void()>> in_flight_;
  std::multimap<TimePoint, std::function<void()>> timers_;
  std::unordered_map<proxy::FlowId, PhoneWire> phone_wires_;
  std::unordered_map<proxy::FlowId, SocketAddress> box_udp_;  // by the id of the UDP flow
  std::unordered_map<proxy::FlowId, BoxWire> box_tcp_;
  std::uint16_t next_box_facing_port_ = 43202;
  std::uint16_t next_phone_port_ = 40001;
  std::uint16_t next_box_port_ = 50001;

  MediaPorts media_ports_;
  std::vector<proxy::CallReport> call_reports_;
  std::vector<Dial> dials_;
  std::vector<SocketAddress> released_;
  std::vector<proxy::CloseReason> closings_;
  std::vector<proxy::Note> notes_;
  std::vector<std::string> complaints_;
  std::deque<std::string> trace_;
  std::string last_bytes_to_box_;
  std::size_t resolve_count_ = 0;
  std::size_t unwanted_connection_count_ = 0;
  std::size_t lost_count_ = 0;
  proxy::Config config_;
  proxy::MediaMode media_mode_;
};

}  // namespace fapfon::support
