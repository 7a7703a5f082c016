// SPDX-License-Identifier: GPL-2.0-or-later
// `fapfon-proxy check` (SPEC N5): says in plain words what works and what does not, and what to do about it.
// It changes nothing, and takes a few seconds at most, whatever does not answer.
#pragma once

#include "check/facts.hpp"
#include "check/finding.hpp"

namespace fapfon::check {

/// Looks at everything and judges it; findings in the order of the report (report.hpp prints them).
Findings check(const Subject& subject);

}  // namespace fapfon::check
