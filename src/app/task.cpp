// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/task.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "app/check_command.hpp"
#include "app/daemon.hpp"
#include "app/nat_command.hpp"
#include "app/setup_command.hpp"
#include "log/log.hpp"
#include "log/print.hpp"
#include "options/option_docs.hpp"
#include "text/translate.hpp"

namespace fapfon::app {
namespace {

using log::fail;
using log::print;
using options::Options;
using text::trf;
using Task = Options::Task;

constexpr int kWrongQuestion = 2;

/// The log is English, so the remarks are made once more.
void log_remarks(const options::Sources& sources, log::Log& log) {
  const text::Speaking english{text::Language::english};
  const options::ReadOptions read = options::read_options(sources);
  for (const auto* notes : {&read.file_notes, &read.remarks}) {
    for (const std::string& note : *notes) log.info("look at this setting", {log::kv("remark", note)});
  }
}

int run_daemon(const options::Sources& sources, const Options& options) {
  auto log = log::Log::open(options.logfile, options.level);
  if (!log) return fail(log.error(), 1);
  log_remarks(sources, *log);
  Daemon daemon{options, *log};
  const auto done = daemon.run();
  return done ? 0 : fail(done.error(), 1);
}

bool needs_configuration(Task task) {
  return task != Task::check && task != Task::setup && task != Task::nat_cleanup;
}

/// True when there is a mistake, all of which are printed.
bool reports(const std::vector<std::string>& mistakes) {
  for (const std::string& mistake : mistakes) fail(mistake, kWrongQuestion);
  return !mistakes.empty();
}

/// To stderr, where the mistakes would be.
void tell(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) fail(trf("note: {}", note), 0);
}

text::Language language_for(const options::Sources& sources) {
  const auto& words = sources.arguments;
  const bool is_for_a_program = std::find(words.begin(), words.end(), "--json") != words.end();
  return is_for_a_program ? text::Language::english : text::language_of(sources.environment);
}

}  // namespace

int carry_out_task(const options::Sources& sources) {
  text::speak(language_for(sources));
  const options::ReadOptions read = options::read_options(sources);
  const Options& options = read.options;
  if (reports(read.command_line_mistakes)) return kWrongQuestion;
  if (needs_configuration(options.task) && reports(read.configuration_mistakes)) return kWrongQuestion;
  switch (options.task) {
    case Task::help:
      return print(options::help_text());
    case Task::setup_help:
      return print(options::setup_help_text());
    case Task::version:
      return print("fapfon-proxy " FAPFON_VERSION "\n");
    case Task::check_config:
      tell(read.file_notes);
      tell(read.remarks);
      return print(trf("{} can be used", options.config) + "\n");
    case Task::nat_setup:
    case Task::nat_cleanup:
    case Task::nat_show:
      return run_nat_command(options);
    case Task::check:
      return run_check_command(read);
    case Task::setup:
      return run_setup_command(read);
    case Task::run:
      return run_daemon(sources, options);
  }
  return kWrongQuestion;
}

}  // namespace fapfon::app
