// SPDX-License-Identifier: GPL-2.0-or-later
// One line in the log about a call with relayed audio that is over, in plain words. If one side was silent,
// the line says what to check and is written at INFO, because somebody will ask.
#pragma once

#include <string>

#include "base/port_range.hpp"
#include "log/log.hpp"
#include "proxy/action.hpp"

namespace fapfon::log {

/// The values of the line; the caller adds line, flow and Call-ID.
struct CallReportLine {
  Level level = Level::detail;
  std::string from_phone;  ///< "1502 packets, 3 lost (0.2 %), jitter 2 ms, longest gap 41 ms, PCMA"
  std::string from_box;
  std::string remark;  ///< empty when both directions had audio, or need not have had
};

/// `ports` are those of --rtp-ports, for the remark.
CallReportLine call_report_line(const proxy::CallReport& report, const PortRange& ports);

}  // namespace fapfon::log
