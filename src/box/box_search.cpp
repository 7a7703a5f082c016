// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/box_search.hpp"

#include <array>
#include <chrono>
#include <utility>

#include "base/limits.hpp"
#include "net/routes.hpp"
#include "net/socket.hpp"

namespace fapfon::box {
namespace {

/// When the query is sent again after the round before, and when the search is over (2 s in all).
constexpr std::array<std::chrono::milliseconds, 3> kRounds = {500ms, 500ms, 1000ms};

ByteView value_of_header(ByteView message, ByteView name, ByteView compact) {
  while (!message.empty()) {
    const ByteView line = message.substr(0, message.find('\n'));
    const std::size_t colon = line.find(':');
    message.remove_prefix(std::min(line.size() + 1, message.size()));
    if (colon == ByteView::npos) continue;
    const ByteView found = line.substr(0, std::min(line.find_first_of(" \t:"), colon));
    if (!iequals(found, name) && !iequals(found, compact)) continue;
    const std::size_t start = line.find_first_not_of(" \t", colon + 1);
    const std::size_t end = line.find_last_not_of(" \t\r");
    return start == ByteView::npos || end < start ? ByteView{} : line.substr(start, end - start + 1);
  }
  return {};
}

std::string call_id_of(ByteView token) {
  return "fapfon-search-" + std::string{token};
}

}  // namespace

std::string box_query(const SocketAddress& box, const SocketAddress& local, ByteView token) {
  const std::string here = to_uri_host(local.ip);
  const std::string there = to_uri_host(box.ip);
  const std::string unique{token};
  return "OPTIONS sip:" + there + " SIP/2.0\r\n" +                                              //
         "Via: SIP/2.0/UDP " + local.to_string() + ";rport;branch=z9hG4bK" + unique + "\r\n" +  //
         "Max-Forwards: 70\r\n" +                                                               //
         "From: <sip:fapfon-proxy@" + here + ">;tag=" + unique + "\r\n" +                       //
         "To: <sip:" + there + ">\r\n" +                                                        //
         "Call-ID: " + call_id_of(token) + "\r\n" +                                             //
         "CSeq: 1 OPTIONS\r\n" +                                                                //
         "Content-Length: 0\r\n\r\n";
}

bool is_answer_to(ByteView datagram, ByteView token) {
  constexpr ByteView kVersion = "SIP/2.0 ";
  constexpr std::size_t kStatusDigits = 3;
  if (!iequals(datagram.substr(0, kVersion.size()), kVersion)) return false;
  const auto status = parse_decimal<unsigned>(datagram.substr(kVersion.size()).substr(0, kStatusDigits));
  return status && *status >= 100 && value_of_header(datagram, "Call-ID", "i") == call_id_of(token);
}

struct BoxSearch::Candidate {
  enum class State : std::uint8_t { resolving, asked, answered, out };

  Candidate(net::Loop& loop, BoxName candidate) : name(std::move(candidate)), resolver(loop) {}

  BoxName name;
  State state = State::resolving;
  std::string outcome = "its name was not resolved in time";
  net::Resolver resolver;
  SocketAddress box;
  std::string token;
  std::unique_ptr<net::UdpSocket> socket;
};

BoxSearch::BoxSearch(net::Loop& loop, std::uint32_t seed, std::function<void(Answer)> answered)
    : loop_(loop), seed_(seed), answered_(std::move(answered)), timer_(loop) {}

BoxSearch::~BoxSearch() = default;

void BoxSearch::start(const std::vector<BoxName>& candidates) {
  for (const BoxName& name : candidates) {
    Candidate& candidate = *candidates_.emplace_back(std::make_unique<Candidate>(loop_, name));
    candidate.token = std::to_string(seed_) + 'x' + std::to_string(candidates_.size());
    if (name.ip) {
      ask(candidate, {name.ip, name.port});
      continue;
    }
    candidate.resolver.resolve(name.name, [this, &candidate](net::Resolver::Answer found) {
      if (found && !found->empty()) return ask(candidate, {found->front(), candidate.name.port});
      candidate.state = Candidate::State::out;
      candidate.outcome = found ? "the name has no address" : found.error();
      finish_when_decided(false);
    });
  }
  send_round();
}

void BoxSearch::ask(Candidate& candidate, const SocketAddress& box) {
  candidate.box = box;
  const auto local = net::local_address_towards(box);
  auto socket = local ? net::UdpSocket::open(loop_, net::UdpSocket::Kind::box_facing, {*local, 0}, *this)
                      : Unexpected<net::SystemError>(local.error());
  if (!socket) {
    candidate.state = Candidate::State::out;
    candidate.outcome = socket.error().text();
    return finish_when_decided(false);
  }
  candidate.socket = std::move(*socket);
  candidate.state = Candidate::State::asked;
  candidate.outcome = "no answer";
  candidate.socket->send(box, box_query(box, candidate.socket->local(), candidate.token));
}

void BoxSearch::send_round() {
  const bool is_first = round_ == 0;
  for (const auto& candidate : candidates_) {
    if (is_first || candidate->state != Candidate::State::asked) continue;
    candidate->socket->send(candidate->box,
                            box_query(candidate->box, candidate->socket->local(), candidate->token));
  }
  const auto wait = kRounds[static_cast<std::size_t>(round_)];
  const bool is_last = static_cast<std::size_t>(++round_) == kRounds.size();
  timer_.start_after(wait, [this, is_last] { is_last ? finish_when_decided(true) : send_round(); });
}

void BoxSearch::finish_when_decided(bool out_of_time) {
  std::string outcomes;
  for (const auto& candidate : candidates_) {
    if (candidate->state == Candidate::State::answered) {
      timer_.stop();
      if (answered_) std::exchange(answered_, nullptr)(candidate->name);
      return;
    }
    // A better one may still answer.
    if (!out_of_time && candidate->state != Candidate::State::out) return;
    outcomes += (outcomes.empty() ? "" : ", ") + candidate->name.to_string() + ": " + candidate->outcome;
  }
  // Not from within start(): when all are out at once, the timer says so.
  if (!out_of_time) return timer_.start_after(0s, [this] { finish_when_decided(true); });
  if (!answered_) return;
  std::exchange(answered_, nullptr)(Unexpected<std::string>(
      "no FRITZ!Box found (" + (outcomes.empty() ? std::string{"nothing to ask"} : outcomes) +
      "); name it: fapfon-proxy BOX_ADDRESS"));
}

std::vector<BoxName> BoxSearch::usual_candidates() {
  std::vector<BoxName> candidates{{{}, "fritz.box", kDefaultSipPort}};
  for (const IpAddress& gateway : net::default_gateways())
    candidates.push_back({gateway, {}, kDefaultSipPort});
  return candidates;
}

void BoxSearch::udp_datagram(net::UdpSocket& socket, const SocketAddress& /*local*/,
                             const SocketAddress& remote, ByteView bytes) {
  for (const auto& candidate : candidates_) {
    if (candidate->socket.get() != &socket || candidate->state != Candidate::State::asked) continue;
    if (remote.ip != candidate->box.ip || !is_answer_to(bytes, candidate->token)) return;
    candidate->state = Candidate::State::answered;
    return finish_when_decided(false);
  }
}

void BoxSearch::udp_unreachable(net::UdpSocket& socket, const SocketAddress& /*destination*/,
                                ByteView /*payload*/, const net::SystemError& cause) {
  for (const auto& candidate : candidates_) {
    if (candidate->socket.get() != &socket || candidate->state != Candidate::State::asked) continue;
    candidate->state = Candidate::State::out;
    candidate->outcome = cause.text();
    return finish_when_decided(false);
  }
}

}  // namespace fapfon::box
