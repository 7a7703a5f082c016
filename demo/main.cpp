// SPDX-License-Identifier: GPL-2.0-or-later
// fapfon-demo PROGRAM [--once]: shows what fapfon-proxy (PROGRAM) is for, on loopback addresses of this
// machine. It stays until Ctrl-C; with --once it ends after the show. Exit codes: 0 all went as told,
// 1 not, 2 a wrong command line.
#include <cstdio>
#include <exception>
#include <string>

#include "show.hpp"

namespace {

int play(const std::string& program, bool once) {
  fapfon::demo::Show show{program};
  bool good = show.play();
  if (good && !once) good = show.stay();
  if (once && fapfon::demo::Poller::interrupted()) good = false;
  return show.end() && good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::string program;
  bool once = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--once") {
      once = true;
    } else if (program.empty() && !argument.starts_with("-")) {
      program = argument;
    } else {
      std::fputs("usage: fapfon-demo PROGRAM [--once]\n", stderr);
      return 2;
    }
  }
  if (program.empty()) {
    std::fputs("fapfon-demo: name the fapfon-proxy to run: fapfon-demo build/fapfon-proxy [--once]\n",
               stderr);
    return 2;
  }
  fapfon::demo::Poller::catch_signals();
  try {
    return play(program, once);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fapfon-demo: %s\n", error.what());
    return 1;
  }
}
