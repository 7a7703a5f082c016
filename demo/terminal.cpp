// SPDX-License-Identifier: GPL-2.0-or-later
#include "terminal.hpp"

#include <cstdio>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace fapfon::demo {
namespace {

constexpr const char* kBold = "1";
constexpr const char* kGreen = "32";
constexpr const char* kRed = "31";
constexpr const char* kDim = "2";
constexpr std::size_t kWhoWidth = 5;
constexpr std::size_t kWhatWidth = 17;
constexpr std::size_t kMarkWidth = 5;

std::string padded(const std::string& text, std::size_t width) {
  return text.size() < width ? text + std::string(width - text.size(), ' ') : text + ' ';
}

}  // namespace

Terminal::Terminal()
    : is_terminal_(isatty(STDOUT_FILENO) == 1),
      coloured_(is_terminal_ && std::getenv("NO_COLOR") == nullptr) {}

void Terminal::title(const std::string& text) {
  put("");
  put(in_colour(kBold, text));
}

void Terminal::text(const std::string& text) {
  put(text.empty() ? text : "  " + text);
}

void Terminal::step(const std::string& who, const std::string& what, Mark mark, const std::string& text) {
  std::string verdict = padded(mark == Mark::good ? "yes" : mark == Mark::bad ? "NO" : "", kMarkWidth);
  if (mark == Mark::good) verdict = in_colour(kGreen, verdict);
  if (mark == Mark::bad) verdict = in_colour(kRed, verdict);
  put("  " + padded(who, kWhoWidth) + padded(what, kWhatWidth) + verdict + text);
}

void Terminal::log(const std::string& line) {
  std::string shown = "    | " + line;
  winsize window{};
  const bool known = is_terminal_ && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
  if (known && shown.size() > window.ws_col) shown.resize(window.ws_col);
  put(in_colour(kDim, shown));
}

std::string Terminal::in_colour(const char* code, const std::string& text) const {
  return coloured_ ? std::string{"\x1b["} + code + 'm' + text + "\x1b[0m" : text;
}

void Terminal::put(const std::string& line) {
  std::fputs((line + '\n').c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace fapfon::demo
