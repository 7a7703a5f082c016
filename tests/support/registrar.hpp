// SPDX-License-Identifier: GPL-2.0-or-later
// The bindings of the simulated Box (RFC 3261 section 10.3): it keeps every binding until that
// expires, whoever registered it, and takes the Contacts of a REGISTER one after the other.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "support/hop.hpp"
#include "support/message.hpp"

namespace fapfon::support {

struct Binding {
  std::string uri;         ///< as it came
  std::string parameters;  ///< of the Contact, without expires
  Transport transport = Transport::udp;
  TimePoint expires_at;
};

class Registrar {
 public:
  /// Carries out a REGISTER of `user` that is known to be genuine.
  void apply(const std::string& user, const Message& request, const Hop& hop, TimePoint now);
  /// The Contact values of a 200, oldest binding first.
  [[nodiscard]] std::vector<std::string> contacts(const std::string& user, TimePoint now) const;
  [[nodiscard]] std::vector<Binding> bindings(const std::string& user, TimePoint now) const;
  void forget_all() { bindings_.clear(); }

  std::chrono::seconds longest_expiry{3600};
  /// The order in which Contacts are taken is the registrar's own choice (SPEC L3, two Contacts).
  bool last_contact_first = false;

 private:
  void apply_contact(const std::string& user, const std::string& contact, const Message& request,
                     const Hop& hop, TimePoint now);

  std::map<std::string, std::vector<Binding>> bindings_;  // by user
};

}  // namespace fapfon::support
