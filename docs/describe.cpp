// SPDX-License-Identifier: GPL-2.0-or-later
// Prints what documents say about the options, made from src/options/option_table.hpp: for docs/refresh.
// In the language of the environment, as the program itself.
#include <cstdio>
#include <string_view>

#include "log/print.hpp"
#include "options/option_docs.hpp"
#include "options/surroundings.hpp"
#include "text/translate.hpp"

int main(int argc, char** argv) {
  fapfon::text::speak(fapfon::text::language_of(fapfon::options::surroundings({}, 0).environment));
  const std::string_view what = argc == 2 ? argv[1] : "";
  if (what == "help") return fapfon::log::print(fapfon::options::help_text());
  if (what == "man") return fapfon::log::print(fapfon::options::man_options());
  if (what == "completion") return fapfon::log::print(fapfon::options::bash_completion());
  std::fputs("usage: fapfon-describe {help|man|completion}\n", stderr);
  return 2;
}
