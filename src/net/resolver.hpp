// SPDX-License-Identifier: GPL-2.0-or-later
// Names to addresses without waiting. getaddrinfo() blocks, for half a minute when no name server
// answers, so each question has a thread of its own that nobody joins: the program can end while it
// still waits (asio's resolver would hold up the exit).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "base/socket_address.hpp"

namespace fapfon::net {

class Loop;

class Resolver {
 public:
  /// All addresses of the name, IPv4 first, or the reason why there is none.
  using Answer = Expected<std::vector<IpAddress>, std::string>;

  explicit Resolver(Loop& loop);
  /// Forgets a question under way.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Asks for `name`; forgets the question before. `answered` is called from the loop.
  void resolve(const std::string& name, std::function<void(Answer)> answered);
  [[nodiscard]] bool is_asking() const noexcept { return question_ != nullptr; }

 private:
  struct Question;
  Loop& loop_;
  std::unique_ptr<Question> question_;
};

}  // namespace fapfon::net
