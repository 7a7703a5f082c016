// SPDX-License-Identifier: GPL-2.0-or-later
// M2, "which words count": whole calls made by chance, of either side, with forks, challenges, refusals,
// glare, late offers, PRACK and UPDATE. Between any two messages others that have come before come again, and
// some come only after what was sent behind them. Whatever that is, the audio is what RFC 3264 says: a model
// of ten lines says so here, which knows nothing of messages.
#include <array>
#include <optional>
#include <string>

#include "property/dice.hpp"
#include "unit/proxy/call_core.hpp"

namespace fapfon::proxy {
namespace {

using property::Dice;

/// RFC 3264 for one dialog: an offer counts with its answer, and at once while nothing is agreed.
struct Agreement {
  BothSides<int> in_force{0, 0};
  bool is_agreed = false;

  void early(Side side, int port) {
    if (!is_agreed) in_force.of(side) = port;
  }
  void agrees(Side offerer, int offer, int answer) {
    in_force.of(offerer) = offer;
    in_force.of(other(offerer)) = answer;
    is_agreed = true;
  }
};

class Story : public CallCore {
 public:
  explicit Story(Dice& dice) : dice_(dice) { history.clear(); }
  void TestBody() override {}

  void is_told() {
    caller_ = dice_.once_in(2) ? Side::phone : Side::box;
    fork_ = caller_ == Side::phone ? "box" : "phone";
    if (!opens()) return expect_over();
    for (std::size_t moves = dice_.below(7); moves > 0; --moves) goes_on();
    hangs_up();
  }

 private:
  static constexpr std::array kRefusals{
      "401 Unauthorized",       "407 Proxy Authentication Required", "422 Too Small",       "486 Busy Here",
      "487 Request Terminated", "488 Not Acceptable Here",           "491 Request Pending", "500 Error"};
  static constexpr const char* kReliable = "Require: 100rel\r\nRSeq: ";

  // --- Messages ---

  std::string asks(Side from, const std::string& method, unsigned cseq, int port = 0) {
    return ask(from, method, cseq, port, true);
  }
  std::string ask(Side from, const std::string& method, unsigned cseq, int port, bool in_dialog) {
    Words words{.cseq = cseq, .port = static_cast<std::uint16_t>(port)};
    if (from == caller_) {
      words.to_tag = in_dialog ? fork_ : "";
    } else {
      words.from_tag = fork_;
      words.to_tag = caller_ == Side::phone ? "phone" : "box";
    }
    const std::string arrived = from == Side::phone ? phone_asks(method, words) : box_asks(method, words);
    noise();
    return arrived;
  }
  void answers(Side from, const std::string& request, const std::string& status, int port = 0,
               const std::string& more = {}) {
    const Words words{.to_tag = fork_, .port = static_cast<std::uint16_t>(port), .more = more};
    from == Side::phone ? phone_answers(request, status, words) : box_answers(request, status, words);
    noise();
  }
  /// What has come before comes again.
  void noise() {
    for (std::size_t count = dice_.below(4); count > 0 && !history.empty(); --count) {
      const auto again = history[dice_.below(history.size())];
      receive(again.first, again.second);
      history.pop_back();
    }
    check();
  }
  void check() {
    if (!checks_) return;
    const auto& expected = now_.in_force;
    if (expected.phone != 0 && expected.box != 0) expect_audio(expected.phone, expected.box);
    if (HasFailure()) checks_ = false;
  }
  /// A message counts when it passes: the check behind it knows already.
  template <typename Change, typename Send>
  void counting(Change&& change, Send&& send) {
    change();
    send();
  }

  // --- Opening ---

  bool opens() {
    unsigned& cseq = cseq_.of(caller_);
    while (caller_ == Side::phone && dice_.once_in(3)) {
      const std::string invite = ask(caller_, "INVITE", ++cseq, next(caller_), false);
      answers(callee(), invite, dice_.once_in(2) ? "401 Unauthorized" : "407 Proxy Authentication Required");
      ask(caller_, "ACK", cseq, 0, true);
    }
    const bool is_late = dice_.once_in(4);
    const int offer = is_late ? 0 : next(caller_);
    if (!is_late) now_.early(caller_, offer);
    const std::string invite = ask(caller_, "INVITE", ++cseq, offer, false);
    invite_cseq_ = cseq;
    return is_late ? opens_late(invite) : rings(invite, offer);
  }

  bool opens_late(const std::string& invite) {
    const int offer = next(callee());
    const int answer = next(caller_);
    if (dice_.once_in(2)) {  // RFC 3262: by a reliable 183 and its PRACK
      counting([&] { now_.early(callee(), offer); },
               [&] {
                 answers(callee(), invite, "183 Session Progress", offer, std::string(kReliable) + "1\r\n");
               });
      counting([&] { now_.agrees(callee(), offer, answer); },
               [&] { answers(callee(), asks(caller_, "PRACK", ++cseq_.of(caller_), answer), "200 OK"); });
      answers(callee(), invite, "200 OK");
      asks(caller_, "ACK", invite_cseq_);
    } else {
      counting([&] { now_.early(callee(), offer); }, [&] { answers(callee(), invite, "200 OK", offer); });
      counting([&] { now_.agrees(callee(), offer, answer); },
               [&] { asks(caller_, "ACK", invite_cseq_, answer); });
    }
    return true;
  }

  bool rings(const std::string& invite, int offer) {
    std::optional<int> held_back;
    const std::size_t forks = caller_ == Side::phone ? 1 + dice_.below(3) : 1;
    std::optional<int> settled;
    for (std::size_t fork = 0; fork < forks; ++fork) {
      if (caller_ == Side::phone) fork_ = "box" + std::to_string(fork);
      if (dice_.once_in(4)) answers(callee(), invite, "180 Ringing");
      settled = {};
      now_ = {};
      now_.early(caller_, offer);
      const int early = next(callee());
      if (dice_.once_in(3)) {
        counting([&] { now_.agrees(caller_, offer, early); },
                 [&] {
                   answers(callee(), invite, "183 Session Progress", early, std::string(kReliable) + "1\r\n");
                 });
        settled = early;
        answers(callee(), asks(caller_, "PRACK", ++cseq_.of(caller_)), "200 OK");
        for (std::size_t updates = dice_.below(3); updates > 0; --updates) updated();
      } else {
        counting([&] { now_.early(callee(), early); },
                 [&] { answers(callee(), invite, "183 Session Progress", early); });
        if (dice_.once_in(3)) held_back = next(callee());
      }
    }
    if (dice_.once_in(5)) {
      checks_ = false;
      answers(callee(), invite, dice_.one_of(kRefusals));
      return false;
    }
    const int answer = settled ? 0 : next(callee());
    counting(
        [&] {
          if (!settled) now_.agrees(caller_, offer, answer);
        },
        [&] { answers(callee(), invite, "200 OK", answer); });
    if (held_back) answers(callee(), invite, "183 Session Progress", *held_back);
    asks(caller_, "ACK", invite_cseq_);
    if (caller_ == Side::phone && dice_.once_in(3)) another_fork_accepts(invite);
    return true;
  }

  void another_fork_accepts(const std::string& invite) {
    const std::string first = std::exchange(fork_, "late");
    answers(callee(), invite, "200 OK", next(callee()));
    asks(caller_, "ACK", invite_cseq_);
    answers(callee(), asks(caller_, "BYE", ++cseq_.of(caller_)), "200 OK");
    fork_ = first;
  }

  // --- In a call ---

  void goes_on() {
    switch (dice_.below(6)) {
      case 0:
        return updated();
      case 1:
        return reinvited();
      case 2:
        return refused();
      case 3:
        return glare();
      case 4:
        return late_offer();
      default:
        return late_offer_whose_ack_is_overtaken();
    }
  }

  void updated() {
    const Side from = one_side();
    const int offer = next(from);
    const std::string update = asks(from, "UPDATE", ++cseq_.of(from), offer);
    if (dice_.once_in(4)) return answers(other(from), update, dice_.one_of(kRefusals));
    const int answer = next(other(from));
    now_.agrees(from, offer, answer);
    answers(other(from), update, "200 OK", answer);
  }
  void reinvited() {
    const Side from = one_side();
    const int offer = next(from);
    const unsigned cseq = ++cseq_.of(from);
    const std::string invite = asks(from, "INVITE", cseq, offer);
    const bool is_held_back = dice_.once_in(2);
    const int early = next(other(from));
    if (!is_held_back) answers(other(from), invite, "183 Session Progress", early);
    const int answer = next(other(from));
    now_.agrees(from, offer, answer);
    answers(other(from), invite, "200 OK", answer);
    if (is_held_back) answers(other(from), invite, "183 Session Progress", early);
    asks(from, "ACK", cseq);
  }
  void refused() {
    const Side from = one_side();
    const unsigned cseq = ++cseq_.of(from);
    const std::string invite = asks(from, "INVITE", cseq, dice_.once_in(4) ? 0 : next(from));
    if (dice_.once_in(2)) answers(other(from), invite, "183 Session Progress", next(other(from)));
    answers(other(from), invite, dice_.one_of(kRefusals));
    asks(from, "ACK", cseq);
  }
  void glare() {
    const std::string of_phone = asks(Side::phone, "INVITE", ++cseq_.phone, next(Side::phone));
    const std::string of_box = asks(Side::box, "INVITE", ++cseq_.box, next(Side::box));
    answers(Side::phone, of_box, "491 Request Pending");
    answers(Side::box, of_phone, "491 Request Pending");
  }
  void late_offer() {
    const Side from = one_side();
    const unsigned cseq = ++cseq_.of(from);
    const int offer = next(other(from));
    const int answer = next(from);
    answers(other(from), asks(from, "INVITE", cseq), "200 OK", offer);
    now_.agrees(other(from), offer, answer);
    asks(from, "ACK", cseq, answer);
  }
  void late_offer_whose_ack_is_overtaken() {
    const Side from = one_side();
    const unsigned cseq = ++cseq_.of(from);
    const int offer = next(other(from));
    const int answer = next(from);
    answers(other(from), asks(from, "INVITE", cseq), "200 OK", offer);
    const std::string next_invite = asks(from, "INVITE", ++cseq_.of(from), next(from));
    if (dice_.once_in(2)) {
      answers(other(from), next_invite, "491 Request Pending");
      now_.agrees(other(from), offer, answer);
      asks(from, "ACK", cseq, answer);
    } else {
      now_.agrees(other(from), offer, answer);
      asks(from, "ACK", cseq, answer);
      answers(other(from), next_invite, "491 Request Pending");
    }
  }
  void hangs_up() {
    const Side from = one_side();
    checks_ = false;
    const std::string bye = asks(from, "BYE", ++cseq_.of(from));
    answers(other(from), bye, "200 OK");
    expect_over();
  }
  void expect_over() {
    noise();
    EXPECT_EQ(proxy.counts().relayed_calls, 0U) << "a call that is over has ports";
  }

  [[nodiscard]] Side callee() const { return other(caller_); }
  Side one_side() { return dice_.once_in(2) ? Side::phone : Side::box; }
  /// A port that nobody has named before.
  int next(Side side) { return ports_.of(side) += 2; }

  Dice& dice_;
  Side caller_ = Side::phone;
  std::string fork_;  ///< tag of the one who is called, in the dialog that speaks
  BothSides<unsigned> cseq_{0, 900};
  BothSides<int> ports_{4000, 7000};
  unsigned invite_cseq_ = 0;
  Agreement now_;
  bool checks_ = true;
};

TEST(Words, M2_whatever_comes_again_or_late_the_audio_is_that_of_offer_and_answer) {
  property::for_each_seed(3'000, [](Dice& dice) {
    Story story(dice);
    story.is_told();
  });
}

}  // namespace
}  // namespace fapfon::proxy
