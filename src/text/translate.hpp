// SPDX-License-Identifier: GPL-2.0-or-later
// What people read, in their language. The key of a message is its English sentence, written where it is
// used: tr("All well."), trf("{} is not running", name). po/refresh collects these into po/de.po, and a test
// keeps that complete. The log, JSON and whatever else a program reads is English and never goes through
// here.
//
// The language is the one global variable of the program (STYLE, rule 11): a sentence is made far below the
// command that prints it, and all sentences of a process are in one language. The core does not see this
// folder (tests/layers).
#pragma once

#include <algorithm>
#include <concepts>
#include <initializer_list>
#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "text/language.hpp"

namespace fapfon::text {

/// From here on in this language. English until it is called; main() calls it once, and the daemon once more
/// when only its log is left to speak. Not for use while other threads translate.
void speak(Language language);

/// Another language for a while, and then the one before.
class Speaking {
 public:
  explicit Speaking(Language language);
  ~Speaking();
  Speaking(const Speaking&) = delete;
  Speaking& operator=(const Speaking&) = delete;

 private:
  Language before_;
};

/// A message of a table, which is translated where it is used: tr(row.help).
consteval const char* tr_later(const char* english) {
  return english;
}

/// The message in the language of the reader; as it is when there is no translation.
std::string tr(ByteView english);

/// How many values the places of a sentence name.
constexpr std::size_t value_count(ByteView sentence) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = sentence.find('{', at)) != ByteView::npos; ++at) {
    const ByteView rest = sentence.substr(at + 1, 2);
    if (rest.starts_with('}')) ++count;
    if (rest.ends_with('}') && is_digit(rest.front())) {
      count = std::max(count, static_cast<std::size_t>(rest.front() - '0') + 1);
    }
  }
  return count;
}

/// An English sentence with places for `count` values, {} one after the other or {0}, {1} by number. Another
/// number of places does not compile.
template <std::size_t count>
struct Sentence {
  // Not explicit: a literal is one.
  consteval Sentence(const char* text) : english(text) {
    if (value_count(english) != count) throw "not as many places as values";
  }
  ByteView english;
};

/// A value as it stands in a sentence.
struct Value {
  Value(std::string value) : text(std::move(value)) {}
  Value(ByteView value) : text(value) {}
  Value(const char* value) : text(value) {}
  Value(std::integral auto value) : text(std::to_string(value)) {}
  std::string text;
};

/// The sentence in the language of the reader, with these values in their places. The test of the catalogue
/// sees to it that a translation has the same places. Not {fmt}: with it, a file of a single sentence took 6
/// s to compile instead of 0.5 s.
std::string fill(ByteView english, std::initializer_list<Value> values);

template <typename... Values>
std::string trf(Sentence<sizeof...(Values)> sentence, const Values&... values) {
  return fill(sentence.english, {Value{values}...});
}

/// How many columns of a terminal a text takes, which is not its bytes: "für" is three.
std::size_t columns_of(ByteView utf8) noexcept;

}  // namespace fapfon::text
