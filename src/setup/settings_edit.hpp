// SPDX-License-Identifier: GPL-2.0-or-later
// Writes BOX and VPN into the text of the settings file (SPEC N2) and leaves every other byte as it was:
// comments, order, settings that nobody here knows, line endings. Pure text; host/file_replacement writes it.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/prefix.hpp"

namespace fapfon::setup {

/// What the file should say; an empty text leaves that setting alone.
struct WantedSettings {
  std::string box;  ///< "192.168.178.1", "fritz.box:5061", "auto"
  std::string vpn;  ///< "10.6.0.0/24 10.8.0.0/24"
  /// The file says that already, in whatever words.
  bool vpn_is_there = false;
};

struct LineChange {
  std::string before;  ///< empty: a new line
  std::string after;

  friend bool operator==(const LineChange&, const LineChange&) = default;
};

struct EditedSettings {
  std::string text;
  std::vector<LineChange> changes;  ///< in the order of the file; empty: `text` is what it was
};

/// Of a setting that is there several times the last line is changed, because it is the one that counts, and
/// the others become comments. A value keeps its kind of quotes and the comment behind it.
EditedSettings edit_settings(ByteView text, const WantedSettings& wanted);

/// What a file with this text means, as far as setup asks.
struct EffectiveSettings {
  std::string box;  ///< as setup would write it; empty: not set; "auto"
  std::vector<Prefix> vpn;
  std::vector<std::string> mistakes;  ///< a line each, for the user
};

/// `file` is what mistakes call it.
EffectiveSettings effective_settings(ByteView text, const std::string& file);

}  // namespace fapfon::setup
