// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/watch.hpp"
#include "text/translate.hpp"

#include <utility>

namespace fapfon::setup {
namespace {

using text::tr;
using text::trf;

std::string sentence_about(CallResult result) {
  switch (result) {
    case CallResult::none:
      return {};
    case CallResult::not_answered:
      return tr("The call was not answered.");
    case CallResult::both_ways:
      return tr("The call is over. Audio came from both sides.");
    case CallResult::from_phone_only:
      return tr(
          "The call is over. No audio came from the FRITZ!Box: does a firewall on this machine drop UDP?");
    case CallResult::from_box_only:
      return tr("The call is over. No audio came from the phone: does a firewall drop UDP from the VPN?");
    case CallResult::silent:
      return tr(
          "The call is over. No audio came from either side: does a firewall on this machine drop UDP?");
    case CallResult::not_heard:
      return tr(
          "The call is over. Its audio went directly between phone and FRITZ!Box, so only you can tell "
          "whether both heard each other.");
  }
  return {};
}

bool is_answered(CallResult result) {
  return result != CallResult::none && result != CallResult::not_answered;
}

bool is_one_sided(CallResult result) {
  return result == CallResult::from_phone_only || result == CallResult::from_box_only ||
         result == CallResult::silent;
}

Conclusion about_phone(bool was_registered, bool was_refused, const std::string& name) {
  if (was_registered) return {true, trf("A phone is registered: {}", name)};
  if (was_refused)
    return {false, tr("The FRITZ!Box refused the phone: check user name and password in the app")};
  return {false, tr("No phone has registered yet")};
}

Conclusion about_call(CallResult result, bool has_rung) {
  if (result == CallResult::both_ways) return {true, tr("A call was heard both ways")};
  if (is_one_sided(result)) return {false, tr("A call was silent on one side at least")};
  if (is_answered(result)) return {true, tr("A call was made; listen whether both sides hear each other")};
  if (has_rung) return {false, tr("A call rang, and was not answered and finished yet")};
  return {false, tr("No call has come yet")};
}

}  // namespace

std::vector<std::string> Watch::see(const Activity& activity) {
  std::vector<std::string> lines;
  const bool is_first = !first_;
  if (is_first) first_ = activity;
  // A count that is lower than before: the program was started again, and everything in it is new.
  const bool is_restarted = activity.ended < last_.ended || activity.incoming < last_.incoming;
  const Activity before = is_first ? activity : is_restarted ? Activity{} : last_;
  const bool is_new_phone = activity.registered > 0 && (!was_registered_ || activity.newest != last_.newest);
  if (is_new_phone) lines.push_back(trf("A phone is registered: {}.", activity.newest));
  if (activity.refused > before.refused) {
    lines.push_back(tr("The FRITZ!Box refused a phone: check user name and password in the app."));
  }
  if (activity.incoming > before.incoming) {
    lines.push_back(tr("A call comes for the phone. Answer it, say something, listen, and hang up."));
  }
  if (activity.outgoing > before.outgoing) lines.push_back(tr("The phone makes a call."));
  if (activity.ended > before.ended) {
    lines.push_back(sentence_about(activity.last));
    if (is_answered(activity.last)) result_ = activity.last;
  }
  was_registered_ |= activity.registered > 0;
  has_rung_ |= activity.incoming > before.incoming;
  last_ = activity;
  return lines;
}

bool Watch::is_done() const {
  return was_registered_ && is_answered(result_);
}

bool Watch::was_refused() const {
  return first_ && last_.refused > first_->refused;
}

bool Watch::has_trouble() const {
  return is_one_sided(result_) || (was_refused() && !was_registered_);
}

std::vector<Conclusion> Watch::conclusions() const {
  return {about_phone(was_registered_, was_refused(), last_.newest), about_call(result_, has_rung_)};
}

}  // namespace fapfon::setup
