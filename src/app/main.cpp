// SPDX-License-Identifier: GPL-2.0-or-later
// The program: reads the command line, opens the log, and leaves the work to the daemon. Exit codes:
// 0 done, 1 cannot work (a port in use, no Box), 2 a wrong command line.
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "app/daemon.hpp"
#include "app/log.hpp"
#include "app/options.hpp"
#include "net/descriptors.hpp"

namespace {

int fail(const std::string& line, int exit_code) {
  std::fprintf(stderr, "fapfon-proxy: %s\n", line.c_str());
  return exit_code;
}

int print(const std::string& text) {
  return std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0 ? 0 : 1;
}

int run(const fapfon::app::Options& options) {
  auto log = fapfon::app::Log::open(options.logfile, options.level);
  if (!log) return fail(log.error(), 1);
  fapfon::app::Daemon daemon{options, *log};
  const auto done = daemon.run();
  return done ? 0 : fail(done.error(), 1);
}

}  // namespace

int main(int argc, char** argv) {
  using fapfon::app::Options;
  std::signal(SIGPIPE, SIG_IGN);  // a dump into a pipe that was closed must not end the program
  const std::size_t descriptors = fapfon::net::raise_descriptor_limit();
  const auto options = fapfon::app::read_options({argv + 1, argv + argc}, descriptors);
  if (!options) return fail(options.error(), 2);
  switch (options->task) {
    case Options::Task::help:
      return print(fapfon::app::help_text());
    case Options::Task::version:
      return print("fapfon-proxy " FAPFON_VERSION "\n");
    case Options::Task::run:
      return run(*options);
  }
}
