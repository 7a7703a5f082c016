// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/remarks.hpp"

#include <algorithm>

#include "box/vpn_range.hpp"
#include "box/vpn_side.hpp"

namespace fapfon::options {
namespace {

void remark_on_range(const Prefix& range, const net::Interfaces& interfaces,
                     std::vector<std::string>& remarks) {
  if (const auto meant = box::probably_meant(range, interfaces)) {
    remarks.push_back("VPN: " + range.base.to_string() + " is one single address; did you mean " +
                      meant->to_string() + "?");
  }
  if (box::is_of_everybody(range)) {
    remarks.push_back("VPN: " + range.to_string() +
                      " also serves the Internet; write the range of your VPN, like 10.8.0.0/24");
  }
}

void remark_on_interface(const std::string& name, const net::Interfaces& interfaces,
                         std::vector<std::string>& remarks) {
  if (!box::ranges_of_interface(interfaces, name).empty()) return;
  std::string others;
  for (const net::Interface& one : interfaces) others += (others.empty() ? "" : ", ") + one.name;
  remarks.push_back("VPN: there is no interface " + name + " with an address here; its phones are served " +
                    "when it comes up" + (others.empty() ? "" : " (interfaces here: " + others + ")"));
}

void remark_on_audio_ports(const Options& options, std::vector<std::string>& remarks) {
  for (const std::uint16_t port : {options.udp_port, box::kDefaultSipPort}) {
    if (!options.rtp_ports.contains(port)) continue;
    remarks.push_back("--rtp-ports: " + options.rtp_ports.to_string() + " includes the SIP port " +
                      std::to_string(port) + "; choose ports without it");
    return;
  }
}

/// With the same port the program would ask itself.
void remark_on_box(const Options& options, const net::Interfaces& interfaces,
                   std::vector<std::string>& remarks) {
  if (!options.box || !options.box->ip) return;
  const bool is_same_port = options.box->port == options.udp_port || options.box->port == options.tcp_port;
  if (!is_same_port || box::interface_with(interfaces, options.box->ip) == nullptr) return;
  remarks.push_back("BOX: " + options.box->ip.to_string() +
                    " is an address of this machine; write the FRITZ!Box's, like 192.168.178.1");
}

}  // namespace

std::vector<std::string> remarks_on(const Options& options, const net::Interfaces& interfaces) {
  std::vector<std::string> remarks;
  remark_on_box(options, interfaces, remarks);
  for (const Prefix& range : options.vpn) remark_on_range(range, interfaces, remarks);
  for (const std::string& name : options.vpn_interfaces) remark_on_interface(name, interfaces, remarks);
  remark_on_audio_ports(options, remarks);
  return remarks;
}

}  // namespace fapfon::options
