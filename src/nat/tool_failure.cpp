// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/tool_failure.hpp"

#include <unistd.h>

#include "base/words.hpp"
#include "text/translate.hpp"

namespace fapfon::nat {
namespace {

using text::tr;
using text::trf;

bool is_refused(ByteView text) {
  return contains(text, "Operation not permitted") || contains(text, "Permission denied") ||
         contains(text, "must be root") || contains(text, "CAP_NET_ADMIN");
}

/// The first line that says something; tools like to begin with warnings and comments.
std::string complaint_in(ByteView text) {
  for (const ByteView line : lines_of(text)) {
    if (!line.starts_with("#") && !line.starts_with("Warning")) return std::string{line};
  }
  return tr("no reason given");
}

}  // namespace

ToolFailure needs_root(const std::string& tool) {
  // Root in a container may lack the right, too.
  const std::string remedy =
      ::geteuid() == 0 ? tr("root lacks the right here: give this container or service CAP_NET_ADMIN")
                       : tr("only root can see and change NAT rules: put sudo in front");
  return {trf("{}: Operation not permitted; {}", tool, remedy), true, false};
}

ToolFailure failure_of(const std::string& tool, const host::Finished& finished) {
  if (is_refused(finished.err)) return needs_root(tool);
  return {trf("{}: {} (exit code {})", tool, complaint_in(finished.err), finished.exit_code), false, false};
}

}  // namespace fapfon::nat
