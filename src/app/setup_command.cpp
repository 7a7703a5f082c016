// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/setup_command.hpp"

#include <algorithm>
#include <chrono>

#include <unistd.h>

#include "app/check_command.hpp"
#include "app/setup_service.hpp"
#include "app/setup_survey.hpp"
#include "app/terminal.hpp"
#include "check/report.hpp"
#include "host/file_replacement.hpp"
#include "log/print.hpp"
#include "options/surroundings.hpp"
#include "setup/watch.hpp"
#include "text/translate.hpp"

namespace fapfon::app {
namespace {

using log::fail;
using options::Options;
using setup::Turn;
using text::tr;
using text::trf;

constexpr int kNothingChanged = 1;
constexpr int kSomethingWrong = 3;
constexpr std::chrono::milliseconds kGlance{500};
/// Long enough to find the app on the phone and the number to call.
constexpr std::chrono::seconds kUsualWait{600};

void say(const std::string& line) {
  log::print(line + '\n');
}

/// One run of the command; its members are what the steps after the dialog tell each other.
class Setup {
 public:
  explicit Setup(const options::ReadOptions& read)
      : options_(read.options), mistakes_(read.configuration_mistakes) {
    file_ = options_.config.empty() ? std::string{options::kDefaultConfig} : options_.config;
  }

  int run() {
    if (const auto reason = cannot_run()) return fail(*reason, kNothingChanged);
    say(tr("Looking for the FRITZ!Box and the VPN ..."));
    setup::Dialog dialog{survey(options_, file_)};
    const Turn::Next end = talk(dialog);
    if (end == Turn::Next::stop) return kNothingChanged;
    if (terminal_.is_interrupted()) return cancel(), kNothingChanged;
    if (end == Turn::Next::write && !write(dialog.edited().text)) return kNothingChanged;
    return start(end == Turn::Next::write);
  }

 private:
  [[nodiscard]] std::optional<std::string> cannot_run() const {
    if (::geteuid() != 0) {
      return tr("setup writes settings and starts the service, which needs root: sudo fapfon-proxy setup");
    }
    if (!options_.yes && !Terminal::is_there()) {
      return tr("setup asks questions and needs a terminal; in a script: fapfon-proxy setup --yes");
    }
    // Of the file itself the dialog tells what it cannot correct.
    if (options_.config.empty() && !mistakes_.empty()) return mistakes_.front();
    return std::nullopt;
  }

  Turn::Next talk(setup::Dialog& dialog) {
    Turn turn = dialog.begin();
    for (;;) {
      log::print(turn.text);
      if (turn.next == Turn::Next::probe) {
        turn = dialog.probed(probe_box(turn.box));
      } else if (turn.next == Turn::Next::ask) {
        const auto line = terminal_.ask(turn.prompt);
        if (!line) return cancel(), Turn::Next::stop;
        turn = dialog.answer(*line);
      } else {
        return turn.next;
      }
    }
  }

  static void cancel() { say("\n" + tr("Nothing was changed.")); }

  [[nodiscard]] bool write(const std::string& text) const {
    const auto done = host::replace_file(file_, text);
    if (!done) fail(trf("The settings cannot be written. {}", done.error()), 0);
    if (done) say(trf("{} is written.", file_));
    return done.has_value();
  }

  // --- the service

  int start(bool has_changed) {
    const SetupService::Place place = SetupService::place();
    const bool is_for_service = file_ == options::kDefaultConfig;
    if (place != SetupService::Place::there || !is_for_service) return say_how_to_start(place);
    const bool has_new_settings = has_changed || SetupService::is_older_than(file_);
    const bool runs = SetupService::status().is_active;
    const auto started = SetupService::start(has_new_settings);
    if (terminal_.is_interrupted()) return interrupted();
    if (!started) return say_why_not(started.error());
    say(runs && !has_new_settings ? tr("fapfon-proxy runs already, and starts with the machine.")
                                  : tr("fapfon-proxy runs, and starts with the machine."));
    conclude({true, tr("fapfon-proxy runs and starts with the machine")});
    check();
    wait();
    return sum_up();
  }

  int say_how_to_start(SetupService::Place place) const {
    if (place == SetupService::Place::no_manager) {
      say(tr("There is no systemd here, so start fapfon-proxy yourself, with these two commands:"));
    } else if (place == SetupService::Place::no_unit) {
      say(
          tr("The service fapfon-proxy is not installed, so start the program yourself, with these two "
             "commands:"));
    } else {
      say(trf("The service reads {} only, so start the program yourself, with these two commands:",
              std::string{options::kDefaultConfig}));
    }
    say("  fapfon-proxy nat setup --config=" + file_);
    say("  fapfon-proxy --config=" + file_);
    return 0;
  }

  static int say_why_not(const std::string& cause) {
    say(tr("fapfon-proxy does not start. Its last messages:"));
    say(cause);
    say(tr("Fix that, then start it with: sudo systemctl restart fapfon-proxy"));
    return kSomethingWrong;
  }

  static int interrupted() {
    say("\n" + tr("Stopped. The settings are written; start fapfon-proxy with: sudo systemctl restart "
                  "fapfon-proxy"));
    return kSomethingWrong;
  }

  // --- what works

  void conclude(setup::Conclusion conclusion) { conclusions_.push_back(std::move(conclusion)); }

  /// Shows only what is wrong or could not be looked at: all else is for `fapfon-proxy check`.
  void check() {
    say(tr("Checking ..."));
    const auto read = options::read_options(options::surroundings({"check", "--config=" + file_}, 0));
    check::Findings findings = find_faults(read);
    std::erase_if(findings,
                  [](const check::Finding& finding) { return finding.verdict != check::Verdict::wrong; });
    if (findings.empty()) return conclude({true, tr("The check finds no fault")});
    log::print(check::to_report(findings, check::stdout_shows_colours()));
    has_trouble_ = true;
    conclude({false, tr("The check finds faults, which are listed above")});
  }

  void wait() {
    const auto usual = options_.yes ? std::chrono::seconds{0} : kUsualWait;
    const auto time = options_.wait_seconds ? std::chrono::seconds{*options_.wait_seconds} : usual;
    if (time == std::chrono::seconds{0} || terminal_.is_interrupted()) return;
    say_what_to_do();
    setup::Watch watch;
    const auto end = std::chrono::steady_clock::now() + time;
    do {
      const auto activity = setup::read_activity(SetupService::status().text);
      if (!activity) continue;
      for (const std::string& line : watch.see(*activity)) say("  " + line);
    } while (!watch.is_done() && std::chrono::steady_clock::now() < end && terminal_.pause(kGlance));
    for (const setup::Conclusion& conclusion : watch.conclusions()) conclude(conclusion);
    has_trouble_ |= watch.has_trouble();
    has_trouble_ |= options_.wait_seconds && !watch.is_done();
  }

  static void say_what_to_do() {
    say("");
    say(tr("Now try it. Ctrl-C ends the waiting."));
    say(tr("  1. On the phone: turn Wi-Fi off and the VPN on, and open the app."));
    say(tr("  2. Call your landline number from another phone, and answer in the app."));
    say(tr("  3. Talk both ways, then hang up."));
  }

  int sum_up() const {
    say("");
    for (const setup::Conclusion& conclusion : conclusions_) {
      say((conclusion.is_good ? "  [x] " : "  [ ] ") + conclusion.text);
    }
    const bool is_complete = std::ranges::all_of(conclusions_, &setup::Conclusion::is_good);
    if (!is_complete) say(tr("What works and what does not, at any time: sudo fapfon-proxy check"));
    return has_trouble_ ? kSomethingWrong : 0;
  }

  const Options& options_;
  const std::vector<std::string>& mistakes_;
  std::string file_;
  Terminal terminal_;
  std::vector<setup::Conclusion> conclusions_;
  bool has_trouble_ = false;
};

}  // namespace

int run_setup_command(const options::ReadOptions& read) {
  return Setup{read}.run();
}

}  // namespace fapfon::app
