// SPDX-License-Identifier: GPL-2.0-or-later
// The program: reads what it is asked to do and leaves the work to the daemon or to a command. Exit
// codes: 0 done, 1 cannot work (a port in use, no Box), 2 a wrong command line or configuration; check
// has its own (check/finding.hpp).
#include <csignal>
#include <string>
#include <vector>

#include "app/check_command.hpp"
#include "app/daemon.hpp"
#include "app/nat_command.hpp"
#include "log/log.hpp"
#include "log/print.hpp"
#include "host/descriptors.hpp"
#include "options/option_docs.hpp"
#include "options/options.hpp"
#include "options/surroundings.hpp"

namespace {

using fapfon::log::fail;
using fapfon::log::print;
using fapfon::options::Options;

int run(const Options& options) {
  auto log = fapfon::log::Log::open(options.logfile, options.level);
  if (!log) return fail(log.error(), 1);
  fapfon::app::Daemon daemon{options, *log};
  const auto done = daemon.run();
  return done ? 0 : fail(done.error(), 1);
}

}  // namespace

int main(int argc, char** argv) {
  using Task = Options::Task;
  std::signal(SIGPIPE, SIG_IGN);  // a dump into a pipe that was closed must not end the program
  const std::size_t descriptors = fapfon::host::raise_descriptor_limit();
  const auto read =
      fapfon::options::read_options(fapfon::options::surroundings({argv + 1, argv + argc}, descriptors));
  const Options& options = read.options;
  for (const std::string& mistake : read.command_line_mistakes) fail(mistake, 2);
  if (!read.command_line_mistakes.empty()) return 2;
  // What check is for, and what has to be cleaned away whatever the configuration says.
  const bool goes_on = options.task == Task::check || options.task == Task::nat_cleanup;
  for (const std::string& mistake : read.configuration_mistakes) {
    if (!goes_on) fail(mistake, 2);
  }
  if (!read.configuration_mistakes.empty() && !goes_on) return 2;
  switch (options.task) {
    case Task::help:
      return print(fapfon::options::help_text());
    case Task::version:
      return print("fapfon-proxy " FAPFON_VERSION "\n");
    case Task::check_config:
      return print(options.config + " is well\n");
    case Task::nat_setup:
    case Task::nat_cleanup:
    case Task::nat_show:
      return fapfon::app::run_nat_command(options);
    case Task::check:
      return fapfon::app::run_check_command(options, read.configuration_mistakes);
    case Task::run:
      return run(options);
  }
}
