// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/iptables_tool.hpp"

#include <unistd.h>

#include "firewall/iptables_listing.hpp"

namespace fapfon::nat {

std::optional<IptablesTool> IptablesTool::find(Family family) {
  const std::string name = family == Family::ip6 ? "ip6tables" : "iptables";
  auto save = host::find_program(name + "-save");
  auto restore = host::find_program(name + "-restore");
  if (!save || !restore) return std::nullopt;
  return IptablesTool{name, std::move(*save), std::move(*restore)};
}

Expected<firewall::PacketRules, ToolFailure> IptablesTool::rules() const {
  // Without root the older kind of iptables-save prints nothing and calls that success.
  if (::geteuid() != 0) return Unexpected<ToolFailure>(needs_root(name_));
  auto finished = host::run(save_, {});
  if (!finished) return Unexpected<ToolFailure>({finished.error(), false, true});
  if (!finished->ok()) return Unexpected<ToolFailure>(failure_of(name_, *finished));
  return firewall::read_iptables_rules(finished->out, name_);
}

Expected<void, ToolFailure> IptablesTool::apply(const FamilyPart& part,
                                                const Interception& interception) const {
  const auto now = rules();
  if (!now) return Unexpected<ToolFailure>(now.error());
  return restore(iptables_nat_table(part, interception, *now));
}

Expected<RawGuard, ToolFailure> IptablesTool::guard(const FamilyPart& part) const {
  const auto now = rules();
  if (!now) return Unexpected<ToolFailure>(now.error());
  Expected<void, ToolFailure> done;
  for (const RawGuard guard : {RawGuard::other_helper, RawGuard::no_helper}) {
    done = restore(iptables_raw_table(part, guard, *now));
    if (done) return guard;
  }
  return Unexpected<ToolFailure>(done.error());
}

Expected<bool, ToolFailure> IptablesTool::remove() const {
  const auto now = rules();
  if (!now) return Unexpected<ToolFailure>(now.error());
  const std::string removal = iptables_removal(*now);
  if (removal.empty()) return false;
  const auto done = restore(removal);
  if (!done) return Unexpected<ToolFailure>(done.error());
  return true;
}

Expected<void, ToolFailure> IptablesTool::restore(const std::string& tables) const {
  // Other programs may hold the lock of iptables for a moment.
  const auto finished = host::run(restore_, {"--wait=10", "--noflush"}, tables);
  if (!finished) return Unexpected<ToolFailure>({finished.error(), false, true});
  if (!finished->ok()) return Unexpected<ToolFailure>(failure_of(name_, *finished));
  return {};
}

}  // namespace fapfon::nat
