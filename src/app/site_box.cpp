// SPDX-License-Identifier: GPL-2.0-or-later
// Where the Box is: named, resolved or searched; and the stock of box-facing addresses towards it.
#include "app/site.hpp"
#include "box/box_search.hpp"
#include "text/translate.hpp"

namespace fapfon::app {
namespace {

using log::kv;

/// After the kernel has refused a socket.
constexpr auto kRefillPause = 1s;

}  // namespace

/// During the search, which takes two seconds at most, the ports are open already: what phones send waits in
/// the kernel. No phone gets a 503; one that does may not retry for minutes.
Expected<void, std::string> Site::find_box() {
  std::optional<box::FoundBox> found;
  if (!options_.box) {
    log_.info("BOX is not set, looking for a FRITZ!Box");
    auto answer = box::BoxSearch::search_now(box::BoxSearch::usual_candidates());
    if (!answer) return Unexpected<std::string>(answer.error());
    found = std::move(*answer);
  }
  // From here on only the log speaks, in English: people search for its sentences.
  text::speak(text::Language::english);
  if (found)
    log_.info("a Box answers", {kv("box", found->address), kv("product", found->product.to_string())});
  use_box_name(found ? found->name : *options_.box);
  return {};
}

void Site::use_box_name(const box::BoxName& name) {
  locator_ = std::make_unique<box::BoxLocator>(
      loop_, name, [this](box::BoxLocator::Answer answer) { box_located(std::move(answer)); });
  if (auto answer = locator_->locate_now()) {
    box_located(*answer);
    if (*answer) return;
  }
  locator_->locate();
}

void Site::box_located(box::BoxLocator::Answer answer) {
  if (!answer) {
    if (!std::exchange(box_problem_told_, true)) {
      log_.error("Box cannot be found, trying again",
                 {kv("box", locator_->name().to_string()), kv("cause", answer.error())});
    }
    return;
  }
  box_problem_told_ = false;
  if (place_ == *answer) return;
  log_.info("Box found",
            {kv("box", answer->box), kv("name", locator_->name().to_string()), kv("local", answer->local)});
  if (place_ && host_.needs_new_rules()) return;
  if (place_ && place_->local != answer->local) start_over_from(*answer);
  place_ = *answer;
  core_->set_box(place_->box);
  media_mode_.box_located(*place_);
  host_.status_changed();
  refill_box_facing();
  media_ports_.serve(now_);
}

void Site::media_decided() {
  now_ = Clock::now();
  tell_media();
  carry_out();
  host_.status_changed();
}

/// The box-facing addresses of all lines are gone. Phones on TCP are disconnected, so that they register
/// again at once; those on UDP do so when their registration is due (--max-expires).
void Site::start_over_from(const box::BoxPlace& place) {
  log_.info("local address has changed, phones must register again",
            {kv("local", place.local), kv("before", place_->local)});
  for (FlowSocket& flow : flows_.all()) {
    const bool is_phone = flow.kind == FlowSocket::Kind::phone_tcp && flow.connection != nullptr;
    if (is_phone) closing_.close(std::move(flow.connection));
  }
  flows_.clear();
  media_ports_.clear(now_);
  core_.reset();
  activity_.forget_phones();
  relay_.emplace();
  core_.emplace(config_, *relay_);
  media_ports_.use(*relay_);
  tell_media();
  armed_ = kNever;
  deadline_.stop();
}

/// M1: a decision is good for kSureFor. After that INVITEs wait for a new one.
void Site::tell_media() {
  constexpr auto kSureFor = 10s;
  const Duration age = media_mode_.age(now_);
  const bool is_fixed = age == Duration{};
  const bool is_unknown = age == Duration::max();
  const TimePoint good_until = is_fixed ? kNever : is_unknown ? now_ : now_ - age + kSureFor;
  core_->set_media(media_mode_.mode(), good_until, now_, actions_);
}

void Site::media_port_failed(const IpAddress& local, const net::SystemError& cause) {
  log_.error("cannot open ports for audio, trying again", {kv("local", local), kv("cause", cause.text())});
}

void Site::refill_box_facing() {
  if (!place_ || refill_waits_) return;
  for (std::size_t wanted = core_->box_facing_wanted(); wanted > 0; --wanted) {
    auto opened = box_ports_.open(place_->local);
    if (!opened) {
      log_.error("cannot open a port towards the Box, trying again",
                 {kv("local", place_->local), kv("cause", opened.error().text())});
      refill_waits_ = true;
      refill_.start_after(kRefillPause, [this] {
        refill_waits_ = false;
        refill_box_facing();
      });
      return;
    }
    const auto ids = core_->offer_box_facing(opened->udp->local(), now_);
    opened->flows = ids;
    opened->udp->tag = tag_of(ids.udp);
    opened->tcp->tag = tag_of(ids.udp);
    flows_.put(ids.udp, FlowSocket::Kind::box_udp).facing = std::move(*opened);
    flows_.put(ids.tcp, FlowSocket::Kind::box_tcp).box_facing = ids.udp;
  }
}

}  // namespace fapfon::app
