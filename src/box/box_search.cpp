// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/box_search.hpp"

#include <algorithm>
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

/// One Box may be asked by IPv4 and by IPv6; two addresses of one family are two machines.
bool is_same_machine(const FoundBox& a, const FoundBox& b) {
  return a.address.ip.family() != b.address.ip.family() && a.product == b.product;
}

std::string named_with_products(const std::vector<FoundBox>& found) {
  std::string text;
  for (const FoundBox& one : found) {
    text += (text.empty() ? "" : " and ") + one.address.to_string() + " (" + one.product.to_string() + ')';
  }
  return text;
}

}  // namespace

Expected<FoundBox, std::string> choose_box(const std::vector<FoundBox>& answered,
                                           const std::string& outcomes) {
  const auto is_fritzbox = [](const FoundBox& found) { return found.product.is_fritzbox; };
  const bool any_fritzbox = std::any_of(answered.begin(), answered.end(), is_fritzbox);
  std::vector<FoundBox> best;
  for (const FoundBox& found : answered) {
    const bool is_known = std::any_of(best.begin(), best.end(),
                                      [&](const FoundBox& other) { return is_same_machine(found, other); });
    if (found.product.is_fritzbox == any_fritzbox && !is_known) best.push_back(found);
  }
  if (best.size() == 1) return best.front();
  if (best.empty()) {
    return Unexpected<std::string>(
        "no FRITZ!Box found (" + (outcomes.empty() ? std::string{"nothing to ask"} : outcomes) +
        "); name it: fapfon-proxy BOX_ADDRESS, or BOX= in /etc/default/fapfon-proxy");
  }
  return Unexpected<std::string>("more than one answers: " + named_with_products(best) +
                                 "; name the right one: fapfon-proxy BOX_ADDRESS, or BOX= in "
                                 "/etc/default/fapfon-proxy");
}

struct BoxSearch::Candidate {
  enum class State : std::uint8_t { resolving, asked, answered, out };

  Candidate(net::Loop& loop, BoxName candidate) : name(std::move(candidate)), resolver(loop) {}

  BoxName name;
  State state = State::resolving;
  std::string outcome = "its name was not resolved in time";
  net::Resolver resolver;
  SocketAddress box;
  Product product;
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
    candidate.resolver.resolve(name.name, [this, &candidate](const net::Resolver::Answer& found) {
      name_resolved(candidate, found);
    });
  }
  send_round();
}

void BoxSearch::name_resolved(Candidate& candidate, const net::Resolver::Answer& found) {
  if (!found) return rule_out(candidate, found.error());
  if (found->empty()) return rule_out(candidate, "the name has no address");
  if (auto why = mistrust(candidate.name.name, *found)) return rule_out(candidate, std::move(*why));
  ask(candidate, {found->front(), candidate.name.port});
}

void BoxSearch::ask(Candidate& candidate, const SocketAddress& box) {
  for (const auto& other : candidates_) {
    if (other->box == box) return rule_out(candidate, "is the same as " + other->name.to_string());
  }
  candidate.box = box;
  const auto local = net::local_address_towards(box);
  auto socket = local ? net::UdpSocket::open(loop_, net::UdpSocket::Kind::box_facing, {*local, 0}, *this)
                      : Unexpected<net::SystemError>(local.error());
  if (!socket) return rule_out(candidate, socket.error().text());
  candidate.socket = std::move(*socket);
  candidate.state = Candidate::State::asked;
  candidate.outcome = "no answer";
  candidate.socket->send(box, box_query(box, candidate.socket->local(), candidate.token));
}

void BoxSearch::rule_out(Candidate& candidate, std::string outcome) {
  candidate.state = Candidate::State::out;
  candidate.outcome = std::move(outcome);
  finish_when_decided(false);
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

/// All have to answer, or time to be up: two Boxes must not be told apart by who is quicker.
void BoxSearch::finish_when_decided(bool out_of_time) {
  std::vector<FoundBox> found;
  std::string outcomes;
  for (const auto& candidate : candidates_) {
    const bool has_answered = candidate->state == Candidate::State::answered;
    if (!out_of_time && !has_answered && candidate->state != Candidate::State::out) return;
    if (has_answered) found.push_back({candidate->name, candidate->box, candidate->product});
    outcomes += (outcomes.empty() ? "" : ", ") + candidate->name.to_string() + ": " + candidate->outcome;
  }
  // Not from within start(): when all are out at once, the timer says so.
  if (!out_of_time) return timer_.start_after(0s, [this] { finish_when_decided(true); });
  if (answered_) std::exchange(answered_, nullptr)(choose_box(found, outcomes));
}

std::vector<BoxName> BoxSearch::usual_candidates() {
  std::vector<BoxName> candidates{{{}, "fritz.box", kDefaultSipPort}};
  for (const IpAddress& gateway : net::default_gateways())
    candidates.push_back({gateway, {}, kDefaultSipPort});
  return candidates;
}

BoxSearch::Answer BoxSearch::search_now(std::uint32_t seed, const std::vector<BoxName>& candidates) {
  net::Loop loop;
  std::optional<Answer> answer;
  BoxSearch search{loop, seed, [&](Answer found) {
                     answer = std::move(found);
                     loop.stop();
                   }};
  search.start(candidates);
  loop.run();
  return *answer;
}

void BoxSearch::udp_datagram(net::UdpSocket& socket, const SocketAddress& /*local*/,
                             const SocketAddress& remote, ByteView bytes) {
  for (const auto& candidate : candidates_) {
    if (candidate->socket.get() != &socket || candidate->state != Candidate::State::asked) continue;
    const auto answer = read_answer(bytes, candidate->token);
    if (remote.ip != candidate->box.ip || !answer) return;
    candidate->state = Candidate::State::answered;
    candidate->product = answer->product;
    return finish_when_decided(false);
  }
}

void BoxSearch::udp_unreachable(net::UdpSocket& socket, const SocketAddress& /*destination*/,
                                ByteView /*payload*/, const net::SystemError& cause) {
  for (const auto& candidate : candidates_) {
    if (candidate->socket.get() != &socket || candidate->state != Candidate::State::asked) continue;
    return rule_out(*candidate, cause.text());
  }
}

}  // namespace fapfon::box
