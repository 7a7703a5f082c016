// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/media_mode.hpp"

#include <utility>

namespace fapfon::app {
namespace {

using log::kv;

/// An address that may be none; then the field is left out.
log::Field field(ByteView key, const IpAddress& ip) {
  return ip ? kv(key, ip) : log::Field{};
}

}  // namespace

MediaModeChoice::MediaModeChoice(net::Loop& loop, const options::Options& options, log::Log& log,
                                 std::function<void()> decided, std::function<bool()> has_phones)
    : log_(log),
      decided_(std::move(decided)),
      watch_(loop,
             {.option = options.media,
              .vpn = options::phone_ranges(options),
              .has_phones = std::move(has_phones)},
             [this](const box::MediaDecision& decision) { tell(decision); }) {
  if (options.media != box::MediaOption::automatic) return;
  auto opened = net::NetworkWatch::open(loop, [this] { watch_.network_changed(); });
  if (opened) {
    network_ = std::move(*opened);
  } else {
    log_.detail("cannot watch the network for changes", {kv("cause", opened.error().text())});
  }
}

void MediaModeChoice::tell(const box::MediaDecision& decision) {
  log_.info(
      box::is_relayed(decision.reason) ? "audio is relayed through this machine" : "audio goes directly",
      {kv("reason", box::to_text(decision.reason)), field("vpn", decision.asked_from),
       field("seen", decision.seen)});
  decided_();
}

proxy::MediaMode MediaModeChoice::mode() const noexcept {
  return box::is_relayed(watch_.decision().reason) ? proxy::MediaMode::relay : proxy::MediaMode::direct;
}

std::string MediaModeChoice::status() const {
  const box::MediaReason reason = watch_.decision().reason;
  return (box::is_relayed(reason) ? "audio relayed: " : "audio direct: ") + std::string{box::to_text(reason)};
}

}  // namespace fapfon::app
