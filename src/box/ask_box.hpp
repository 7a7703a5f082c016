// SPDX-License-Identifier: GPL-2.0-or-later
// Asks one SIP server who it is and where it sees us, and waits for the answer: for commands, not for the
// daemon.
#pragma once

#include <chrono>

#include "box/question.hpp"

namespace fapfon::box {

/// Question::ask in a loop of its own. `local` none: the address that the kernel's routes choose.
Question::Answer ask_box(const SocketAddress& box, const IpAddress& local,
                         std::chrono::milliseconds patience = Question::kPatience);

}  // namespace fapfon::box
