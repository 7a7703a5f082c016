// SPDX-License-Identifier: GPL-2.0-or-later
// Replaces the text of a file in one step: whoever reads it, and whatever happens meanwhile (a signal, a
// power cut), sees all of the old text or all of the new one.
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "base/expected.hpp"

namespace fapfon::host {

/// Owner and mode of the file stay; a new file gets 0644. A symbolic link stays one, and the file behind it
/// is replaced. The error names the path and the cause, and nothing has changed.
Expected<void, std::string> replace_file(const std::string& path, ByteView text);

}  // namespace fapfon::host
