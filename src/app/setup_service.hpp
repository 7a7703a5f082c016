// SPDX-License-Identifier: GPL-2.0-or-later
// The service fapfon-proxy as `fapfon-proxy setup` handles it: systemctl, and nothing else of systemd.
#pragma once

#include <cstdint>
#include <string>

#include "base/expected.hpp"

namespace fapfon::app {

class SetupService {
 public:
  enum class Place : std::uint8_t {
    there,       ///< systemd knows the unit
    no_unit,     ///< systemd runs, and the unit is not installed
    no_manager,  ///< no systemd: a container, or another init
  };

  struct Status {
    bool is_active = false;
    std::string text;  ///< the line that the program reports (sd_notify STATUS=)
  };

  [[nodiscard]] static Place place();
  [[nodiscard]] static Status status();
  /// It runs with settings that are older than this file, by whole seconds. False where systemd cannot tell.
  [[nodiscard]] static bool is_older_than(const std::string& file);
  /// Starts with the machine from now on, and now; running already, it is started again when `again`. The
  /// error is what systemd and the unit said, one line or several.
  static Expected<void, std::string> start(bool again);
};

}  // namespace fapfon::app
