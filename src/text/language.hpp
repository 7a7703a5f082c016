// SPDX-License-Identifier: GPL-2.0-or-later
// Which language a person wants to read, from the environment as GNU gettext reads it: LC_ALL before
// LC_MESSAGES before LANG; LANGUAGE goes first when one of these names a language at all. Unlike gettext,
// English counts as a language (LANGUAGE=en:de is English), and a locale needs not be generated on the
// machine, since routers have none.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fapfon::text {

enum class Language : std::uint8_t { english, german };

/// German for de, de_AT, de_DE.UTF-8 and the like. English for all else, and where the locale names another
/// character set than UTF-8, whose terminal would show garbage for umlauts.
Language language_of(const std::vector<std::pair<std::string, std::string>>& environment);

}  // namespace fapfon::text
