// SPDX-License-Identifier: GPL-2.0-or-later
// A file descriptor that is closed by its owner.
#pragma once

#include <utility>

#include <unistd.h>

namespace fapfon::net {

class Fd {
 public:
  constexpr Fd() noexcept = default;
  constexpr explicit Fd(int number) noexcept : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  [[nodiscard]] constexpr int number() const noexcept { return number_; }
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return number_ >= 0; }
  /// The descriptor, which the caller owns from now on.
  [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }
  void reset() noexcept {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

}  // namespace fapfon::net
