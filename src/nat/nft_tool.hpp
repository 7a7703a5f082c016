// SPDX-License-Identifier: GPL-2.0-or-later
// nft(8) on this machine: our table in the kernel.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firewall/rules.hpp"
#include "nat/nft_ruleset.hpp"
#include "nat/tool_failure.hpp"

namespace fapfon::nat {

class NftTool {
 public:
  /// None when nft is not installed.
  static std::optional<NftTool> find();

  /// Our table as nft lists it; none when it is not there, no chains when it is there and this nft was built
  /// without JSON, so that its rules cannot be read.
  [[nodiscard]] Expected<std::optional<firewall::PacketRules>, ToolFailure> table() const;

  /// Replaces our table in one transaction. Returns how much protection against the SIP helper this kernel
  /// took.
  [[nodiscard]] Expected<HelperGuard, ToolFailure> apply(const Interception& interception) const;

  [[nodiscard]] Expected<void, ToolFailure> remove() const;

 private:
  explicit NftTool(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] Expected<std::optional<std::string>, ToolFailure> list(
      const std::vector<std::string>& options) const;
  [[nodiscard]] Expected<std::string, ToolFailure> run_script(const std::string& script) const;

  std::string path_;
};

}  // namespace fapfon::nat
