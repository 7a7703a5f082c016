// SPDX-License-Identifier: GPL-2.0-or-later
// How much of what guests send reaches the Box (SPEC L9): token buckets for each source and for all together,
// and a ban, which grows, for a source that goes on after that or that guesses passwords. Without it the Box
// would block our own address. What the Box has accepted is never asked about here.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/source.hpp"
#include "base/time.hpp"

namespace fapfon::proxy {

/// Tokens that are used up, and come back with time.
class TokenBucket {
 public:
  /// Full at first.
  explicit TokenBucket(const Rate& rate) noexcept : rate_(rate), tokens_(rate.burst) {}
  [[nodiscard]] double tokens(TimePoint now) const noexcept;
  /// False, with nothing changed, when there is less than one.
  bool take(TimePoint now) noexcept;
  void give_back(double count, TimePoint now) noexcept;

 private:
  Rate rate_;
  double tokens_;
  TimePoint at_{};
};

struct Ban {
  IpAddress source;
  TimePoint until;
  std::chrono::seconds lasts{};
  ByteView cause;  ///< text that lives as long as the program
};

/// What speaks for a request although its source is banned.
enum class Standing : std::uint8_t {
  none,      ///< its flow has had its part of the trickle lately
  newcomer,  ///< its flow has not
  trusted,   ///< it answers a challenge of the Box, or proves to be a phone that comes back
};

class GuestRates {
 public:
  GuestRates() : all_(kAllGuestRequests) {}

  /// Whether a request from `ip` may pass to the Box; takes a token. A source that goes on while it may not
  /// is banned.
  bool admit(const IpAddress& ip, Standing standing, TimePoint now);
  /// Whether admit() would find room for a newcomer from `ip`. Changes nothing.
  [[nodiscard]] bool has_room(const IpAddress& ip, TimePoint now) const;
  /// The Box has refused credentials of a guest.
  void failed_login(const IpAddress& ip, TimePoint now);
  /// The Box has accepted a REGISTER from there: its requests do not count.
  void accepted(const IpAddress& ip, TimePoint now);

  [[nodiscard]] bool is_banned(const IpAddress& ip, TimePoint now) const;
  /// When forget_idle() has something to do; kNever when it has not.
  [[nodiscard]] TimePoint next_sweep() const noexcept { return next_sweep_; }
  /// Forgets sources of which nothing is left to remember.
  void forget_idle(TimePoint now);
  /// A ban that has begun since this was asked last, for the log.
  std::optional<Ban> take_new_ban();
  /// The sources that are banned.
  [[nodiscard]] std::vector<Ban> bans(TimePoint now) const;
  [[nodiscard]] std::size_t source_count() const noexcept { return sources_.size(); }

 private:
  struct Source {
    TokenBucket requests{kGuestRequests};
    TokenBucket logins{kFailedLogins};
    TokenBucket trickle{kTrickle};
    TokenBucket asked{kHardlyAsks};  ///< used up by what is refused as well
    unsigned refused = 0;            ///< in a row
    unsigned bans = 0;               ///< one more doubles the next; forgotten after a time without
    ByteView cause;
    TimePoint banned_until{};
    TimePoint used{};

    [[nodiscard]] bool is_banned(TimePoint now) const noexcept { return now < banned_until; }
  };

  Source& source(const IpAddress& ip, TimePoint now);
  void make_room(TimePoint now);
  bool admit_banned(Source& source, Standing standing, TimePoint now);
  [[nodiscard]] bool has_share_of_all(bool hardly_asks, TimePoint now) const;
  void ban(const IpAddress& ip, Source& source, ByteView cause, TimePoint now);

  TokenBucket all_;
  TimePoint next_sweep_ = kNever;
  boost::unordered_flat_map<IpAddress, Source, AddressHash> sources_;
  std::optional<Ban> new_ban_;
};

}  // namespace fapfon::proxy
