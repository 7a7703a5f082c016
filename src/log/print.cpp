// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/print.hpp"

#include <cstdio>

namespace fapfon::log {

int print(const std::string& text) {
  return std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0 ? 0 : 1;
}

int fail(const std::string& line, int exit_code) {
  std::fprintf(stderr, "fapfon-proxy: %s\n", line.c_str());
  return exit_code;
}

}  // namespace fapfon::log
