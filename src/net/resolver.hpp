// SPDX-License-Identifier: GPL-2.0-or-later
// Looks names up without blocking the loop. getaddrinfo() blocks, for half a minute when no name server
// answers, so each question has a thread of its own, which is never joined: the program can end while that
// thread still waits.
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

  /// Asks for `name` and forgets the question before. `answered` is called once, from the loop.
  void resolve(const std::string& name, std::function<void(Answer)> answered);
  [[nodiscard]] bool is_asking() const noexcept { return question_ != nullptr; }

 private:
  struct Question;
  Loop& loop_;
  std::unique_ptr<Question> question_;
};

}  // namespace fapfon::net
