// SPDX-License-Identifier: GPL-2.0-or-later
// A language for one test; English again behind it.
#pragma once

#include "text/translate.hpp"

namespace fapfon::text {

class Speaking {
 public:
  explicit Speaking(Language language) { speak(language); }
  ~Speaking() { speak(Language::english); }
  Speaking(const Speaking&) = delete;
  Speaking& operator=(const Speaking&) = delete;
};

}  // namespace fapfon::text
