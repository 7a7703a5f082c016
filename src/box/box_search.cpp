// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/box_search.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "net/routes.hpp"
#include "net/socket.hpp"
#include "text/translate.hpp"

namespace fapfon::box {
namespace {

using text::tr;
using text::trf;

/// One Box may be asked by IPv4 and by IPv6; two addresses of one family are two machines.
bool is_same_machine(const FoundBox& a, const FoundBox& b) {
  return a.address.ip.family() != b.address.ip.family() && a.product == b.product;
}

std::string named_with_products(const std::vector<FoundBox>& found) {
  std::string text;
  for (const FoundBox& one : found) {
    text +=
        (text.empty() ? "" : tr(" and ")) + one.address.to_string() + " (" + one.product.to_string() + ')';
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
    return Unexpected<std::string>(trf(
        "no FRITZ!Box found ({}); name it: fapfon-proxy BOX_ADDRESS, or BOX= in /etc/default/fapfon-proxy",
        outcomes.empty() ? tr("nothing to ask") : outcomes));
  }
  return Unexpected<std::string>(
      trf("more than one answers: {}; name the right one: fapfon-proxy BOX_ADDRESS, or BOX= in "
          "/etc/default/fapfon-proxy",
          named_with_products(best)));
}

struct BoxSearch::Candidate {
  enum class State : std::uint8_t { resolving, asked, answered, out };

  Candidate(net::Loop& loop, BoxName candidate)
      : name(std::move(candidate)), resolver(loop), question(loop) {}

  [[nodiscard]] bool is_decided() const { return state == State::answered || state == State::out; }

  BoxName name;
  State state = State::resolving;
  std::string outcome = tr("the name was not resolved in time");
  net::Resolver resolver;
  SocketAddress box;
  Product product;
  Question question;
};

BoxSearch::BoxSearch(net::Loop& loop, std::function<void(Answer)> answered)
    : loop_(loop), answered_(std::move(answered)), end_(loop) {}

BoxSearch::~BoxSearch() = default;

void BoxSearch::start(const std::vector<BoxName>& candidates) {
  for (const BoxName& name : candidates) candidates_.push_back(std::make_unique<Candidate>(loop_, name));
  end_.start_after(Question::kPatience, [this] { finish(); });
  for (const auto& candidate : candidates_) {
    if (candidate->name.ip) {
      ask(*candidate, {candidate->name.ip, candidate->name.port});
      continue;
    }
    candidate->resolver.resolve(
        candidate->name.name,
        [this, &one = *candidate](const net::Resolver::Answer& found) { name_resolved(one, found); });
  }
}

void BoxSearch::name_resolved(Candidate& candidate, const net::Resolver::Answer& found) {
  if (!found) return rule_out(candidate, tr(found.error()));
  if (found->empty()) return rule_out(candidate, tr("the name has no address"));
  if (auto why = mistrust(candidate.name.name, *found)) return rule_out(candidate, std::move(*why));
  ask(candidate, {found->front(), candidate.name.port});
}

void BoxSearch::ask(Candidate& candidate, const SocketAddress& box) {
  for (const auto& other : candidates_) {
    if (other->box == box) return rule_out(candidate, trf("is the same as {}", other->name.to_string()));
  }
  candidate.box = box;
  const auto local = net::local_address_towards(box);
  if (!local) return rule_out(candidate, tr(local.error().text()));
  candidate.state = Candidate::State::asked;
  candidate.outcome = tr("no answer");
  candidate.question.ask(box, *local, [this, &candidate](const Question::Answer& answer) {
    if (!answer) return rule_out(candidate, answer.error().text);
    candidate.state = Candidate::State::answered;
    candidate.product = answer->product;
    finish_when_decided();
  });
}

void BoxSearch::rule_out(Candidate& candidate, std::string outcome) {
  candidate.state = Candidate::State::out;
  candidate.outcome = std::move(outcome);
  finish_when_decided();
}

/// Waits until all have answered or the time is up: of two Boxes the quicker one must not win. The answer
/// comes from the loop, because this may be called from within start().
void BoxSearch::finish_when_decided() {
  const bool is_decided = std::all_of(candidates_.begin(), candidates_.end(),
                                      [](const auto& candidate) { return candidate->is_decided(); });
  if (is_decided) end_.start_after(0s, [this] { finish(); });
}

/// `answered_` comes last, as it may destroy this object.
void BoxSearch::finish() {
  std::vector<FoundBox> found;
  std::string outcomes;
  for (const auto& candidate : candidates_) {
    const bool has_answered = candidate->state == Candidate::State::answered;
    if (has_answered) found.push_back({candidate->name, candidate->box, candidate->product});
    outcomes += (outcomes.empty() ? "" : ", ") + candidate->name.to_string() + ": " + candidate->outcome;
  }
  const auto answered = std::exchange(answered_, nullptr);
  if (answered) answered(choose_box(found, outcomes));
}

std::vector<BoxName> BoxSearch::usual_candidates() {
  std::vector<BoxName> candidates{{{}, "fritz.box", kDefaultSipPort}};
  for (const IpAddress& gateway : net::default_gateways())
    candidates.push_back({gateway, {}, kDefaultSipPort});
  return candidates;
}

BoxSearch::Answer BoxSearch::search_now(const std::vector<BoxName>& candidates) {
  net::Loop loop;
  std::optional<Answer> answer;
  BoxSearch search{loop, [&](Answer found) {
                     answer = std::move(found);
                     loop.stop();
                   }};
  search.start(candidates);
  loop.run();
  return *answer;
}

}  // namespace fapfon::box
