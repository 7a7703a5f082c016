// SPDX-License-Identifier: GPL-2.0-or-later
// The program: reads what it is asked to do and leaves the work to the daemon or to a command. Its exit codes
// are those of app::carry_out_task().
#include <csignal>

#include "app/task.hpp"
#include "host/descriptors.hpp"
#include "options/surroundings.hpp"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a dump into a pipe that was closed must not end the program
  const std::size_t descriptors = fapfon::host::raise_descriptor_limit();
  const auto sources = fapfon::options::surroundings({argv + 1, argv + argc}, descriptors);
  return fapfon::app::carry_out_task(sources);
}
