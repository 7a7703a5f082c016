// SPDX-License-Identifier: GPL-2.0-or-later
// What the demo shows: short aligned lines, colours only on a terminal (and not with NO_COLOR).
#pragma once

#include <string>

namespace fapfon::demo {

/// Whether something went as the user would like it.
enum class Mark { good, bad, plain };

class Terminal {
 public:
  Terminal();

  void title(const std::string& text);
  void text(const std::string& text = "");
  /// "    TCP  is called      no   nothing rings".
  void step(const std::string& who, const std::string& what, Mark mark, const std::string& text);
  /// A line of the proxy's log; on a terminal cut to its width.
  void log(const std::string& line);

 private:
  [[nodiscard]] std::string in_colour(const char* code, const std::string& text) const;
  void put(const std::string& line);

  bool is_terminal_ = false;
  bool coloured_ = false;
};

}  // namespace fapfon::demo
