// SPDX-License-Identifier: GPL-2.0-or-later
// nft(8) on this machine: our table in the kernel.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "nat/nft_ruleset.hpp"
#include "nat/tool_failure.hpp"

namespace fapfon::nat {

class NftTool {
 public:
  /// None when nft is not installed.
  static std::optional<NftTool> find();

  /// Our table as nft prints it; none when it is not there.
  [[nodiscard]] Expected<std::optional<std::string>, ToolFailure> listing() const;

  /// Replaces our table in one transaction. Returns how much protection against the SIP helper this kernel
  /// took.
  [[nodiscard]] Expected<HelperGuard, ToolFailure> apply(const Interception& interception) const;

  [[nodiscard]] Expected<void, ToolFailure> remove() const;

 private:
  explicit NftTool(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] Expected<std::string, ToolFailure> run_script(const std::string& script) const;

  std::string path_;
};

}  // namespace fapfon::nat
