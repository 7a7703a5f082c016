// SPDX-License-Identifier: GPL-2.0-or-later
// SPEC M1 in the daemon: which path the audio of new calls takes, and why. Listens for changes of the
// network, has the Box asked (box::MediaWatch), and tells the log and the daemon when the decision has
// changed.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "box/media_watch.hpp"
#include "log/log.hpp"
#include "net/network_watch.hpp"
#include "options/options.hpp"
#include "proxy/config.hpp"

namespace fapfon::app {

class MediaModeChoice {
 public:
  /// `decided` is called when mode() or status() has changed; `has_phones` tells whether calls are likely.
  MediaModeChoice(net::Loop& loop, const options::Options& options, log::Log& log,
                  std::function<void()> decided, std::function<bool()> has_phones);

  /// Decides again, at once where no question to the Box is needed.
  void box_located(const box::BoxPlace& place) { watch_.box_located(place); }

  /// The first phone is there, so an old decision is no longer good enough.
  void phone_has_come() { watch_.phone_has_come(); }
  /// For a call that waits until the Box has been asked again; the callback is called each time it has.
  void ask_now() { watch_.ask_now(); }
  void on_conclusion(std::function<void()> concluded) { watch_.on_conclusion(std::move(concluded)); }
  /// Of what mode() says.
  [[nodiscard]] Duration age(TimePoint now) const noexcept { return watch_.age(now); }

  [[nodiscard]] proxy::MediaMode mode() const noexcept;
  /// "audio relayed: the VPN masquerades"
  [[nodiscard]] std::string status() const;

 private:
  void tell(const box::MediaDecision& decision);

  log::Log& log_;
  std::function<void()> decided_;
  box::MediaWatch watch_;
  std::unique_ptr<net::NetworkWatch> network_;  // none where the kernel or a sandbox has no rtnetlink
};

}  // namespace fapfon::app
