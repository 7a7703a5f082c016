// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/setup_service.hpp"

#include <chrono>
#include <vector>

#include <sys/stat.h>

#include "base/words.hpp"
#include "host/program.hpp"
#include "text/translate.hpp"

namespace fapfon::app {
namespace {

using text::trf;

constexpr const char* kUnit = "fapfon-proxy.service";
/// TimeoutStartSec= of the unit and a little more.
constexpr std::chrono::seconds kStartDeadline{45};

host::Finished run_program(const std::string& name, const std::vector<std::string>& arguments,
                           std::chrono::milliseconds deadline = host::kLookDeadline) {
  constexpr int kNotFound = 127;
  const auto program = host::find_program(name);
  if (!program) return {kNotFound, {}, trf("{} is not installed", name)};
  auto finished = host::run(*program, arguments, {}, deadline);
  return finished ? *finished : host::Finished{kNotFound, {}, finished.error()};
}

/// The value of "NAME=value" in what `systemctl show` prints.
std::string property(const std::string& shown, const std::string& name) {
  for (const ByteView line : lines_of(shown)) {
    if (line.starts_with(name + '=')) return std::string{line.substr(name.size() + 1)};
  }
  return {};
}

std::string show(const std::string& properties) {
  return run_program("systemctl", {"show", "--property=" + properties, kUnit}).out;
}

/// What the last start said: the unit's own commands and the program.
std::string journal_of_last_start() {
  const auto shown = run_program(
      "journalctl", {"--unit", kUnit, "--lines=10", "--output=cat", "--no-pager", "--quiet", "--boot"});
  return shown.out;
}

std::string without_newlines_at_end(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

SetupService::Place SetupService::place() {
  const std::string loaded = property(show("LoadState"), "LoadState");
  if (loaded.empty()) return Place::no_manager;
  return loaded == "not-found" ? Place::no_unit : Place::there;
}

SetupService::Status SetupService::status() {
  const std::string shown = show("ActiveState,StatusText");
  return {property(shown, "ActiveState") == "active", property(shown, "StatusText")};
}

bool SetupService::is_older_than(const std::string& file) {
  const auto shown =
      run_program("systemctl", {"show", "--timestamp=unix", "--property=ActiveEnterTimestamp", kUnit});
  const std::string text = property(shown.out, "ActiveEnterTimestamp");  // "@1764374400"
  const auto started = parse_decimal<std::int64_t>(ByteView{text}.substr(text.starts_with('@') ? 1 : 0));
  struct stat written {};
  return started && ::stat(file.c_str(), &written) == 0 && written.st_mtim.tv_sec > *started;
}

Expected<void, std::string> SetupService::start(bool again) {
  const auto enabled = run_program("systemctl", {"enable", kUnit}, host::kChangeDeadline);
  if (!enabled.ok()) return Unexpected<std::string>(without_newlines_at_end(enabled.err));
  const auto started = run_program("systemctl", {again ? "restart" : "start", kUnit}, kStartDeadline);
  // A unit whose condition fails is skipped, and that counts as success.
  if (started.ok() && status().is_active) return {};
  const std::string said = journal_of_last_start();
  return Unexpected<std::string>(without_newlines_at_end(said.empty() ? started.err : said));
}

}  // namespace fapfon::app
