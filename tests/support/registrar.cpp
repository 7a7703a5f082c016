// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/registrar.hpp"

#include <algorithm>

#include "support/uri_text.hpp"

namespace fapfon::support {
namespace {

/// Two URIs name one binding when user, host, port and transport agree (RFC 3261 section 19.1.4,
/// without the cases that no peer here writes).
std::string identity(ByteView uri) {
  std::string text{uri.substr(0, uri.find(';'))};
  std::string transport = parameter(uri, "transport").value_or("");
  for (char& c : transport) c = to_lower(c);
  return text + ' ' + transport;
}

Transport transport_of(ByteView uri, const Hop& hop) {
  const auto named = parameter(uri, "transport");
  if (!named) return hop.transport;
  return iequals(*named, "tcp") ? Transport::tcp : Transport::udp;
}

}  // namespace

void Registrar::apply(const std::string& user, const Message& request, const Hop& hop, TimePoint now) {
  std::vector<std::string> contacts = request.values("Contact");
  if (last_contact_first) std::reverse(contacts.begin(), contacts.end());
  for (const std::string& contact : contacts) {
    if (contact == "*") {
      bindings_[user].clear();
    } else {
      apply_contact(user, contact, request, hop, now);
    }
  }
}

void Registrar::apply_contact(const std::string& user, const std::string& contact, const Message& request,
                              const Hop& hop, TimePoint now) {
  const std::string uri = uri_in(contact);
  const std::string parameters = parameters_behind(contact);
  const std::string wish = parameter(parameters, "expires").value_or(request.get("Expires"));
  const std::chrono::seconds wanted{parse_decimal<unsigned>(wish).value_or(3600)};
  std::erase_if(bindings_[user], [&](const Binding& b) { return identity(b.uri) == identity(uri); });
  if (wanted.count() == 0) return;
  bindings_[user].push_back({uri, without_parameter(parameters, "expires"), transport_of(uri, hop),
                             now + std::min(wanted, longest_expiry)});
}

std::vector<std::string> Registrar::contacts(const std::string& user, TimePoint now) const {
  std::vector<std::string> values;
  for (const Binding& binding : bindings(user, now)) {
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(binding.expires_at - now);
    values.push_back('<' + binding.uri + '>' + binding.parameters +
                     ";expires=" + std::to_string(left.count()));
  }
  return values;
}

std::vector<Binding> Registrar::bindings(const std::string& user, TimePoint now) const {
  std::vector<Binding> alive;
  const auto found = bindings_.find(user);
  if (found == bindings_.end()) return alive;
  std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(alive),
               [&](const Binding& binding) { return binding.expires_at > now; });
  return alive;
}

}  // namespace fapfon::support
