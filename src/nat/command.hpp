// SPDX-License-Identifier: GPL-2.0-or-later
// Runs one of the system's own tools: a fixed list of arguments, no shell, text in and text out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/expected.hpp"

namespace fapfon::nat {

struct Finished {
  int exit_code = 0;  ///< 128 + signal when a signal ended it
  std::string out;
  std::string err;

  [[nodiscard]] bool ok() const noexcept { return exit_code == 0; }
};

/// Where `program` is, by PATH. A PATH without any sbin folder (su on Debian) gets those of the system in
/// addition.
std::optional<std::string> find_program(const std::string& program);

/// Runs `program` (a path) to its end with `input` as standard input; else why it could not be started.
Expected<Finished, std::string> run(const std::string& program, const std::vector<std::string>& arguments,
                                    ByteView input = {});

}  // namespace fapfon::nat
