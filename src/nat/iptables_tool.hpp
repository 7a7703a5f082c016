// SPDX-License-Identifier: GPL-2.0-or-later
// iptables(8) or ip6tables(8) on this machine: our chains in one address family. Rules are read with
// iptables-save alone, which, unlike `iptables -S`, makes no table that was not there.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "nat/iptables_rules.hpp"
#include "nat/tool_failure.hpp"

namespace fapfon::nat {

class IptablesTool {
 public:
  /// None when it is not installed.
  static std::optional<IptablesTool> find(Family family);

  /// All rules of this family, whoever made them, as iptables-save lists them.
  [[nodiscard]] Expected<firewall::PacketRules, ToolFailure> rules() const;

  /// Replaces our rules in table nat.
  [[nodiscard]] Expected<void, ToolFailure> apply(const FamilyPart& part,
                                                  const Interception& interception) const;

  /// Replaces our rules in table raw, as much as this kernel can do; an error when it can do nothing.
  [[nodiscard]] Expected<RawGuard, ToolFailure> guard(const FamilyPart& part) const;

  /// Removes all of ours; true when there was something.
  [[nodiscard]] Expected<bool, ToolFailure> remove() const;

 private:
  IptablesTool(std::string name, std::string save, std::string restore)
      : name_(std::move(name)), save_(std::move(save)), restore_(std::move(restore)) {}
  [[nodiscard]] Expected<void, ToolFailure> restore(const std::string& tables) const;

  std::string name_;
  std::string save_;
  std::string restore_;
};

}  // namespace fapfon::nat
