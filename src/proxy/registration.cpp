// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/registration.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "proxy/recognise.hpp"
#include "proxy/timing.hpp"
#include "rewrite/contact_expires.hpp"
#include "rewrite/to_box.hpp"

namespace fapfon::proxy {
namespace {

/// The likeliest first: sent on this flow, sent in a REGISTER, newest.
bool ranks_before(const Contact& a, const Contact& b, FlowId flow) noexcept {
  const bool a_here = a.flow == flow;
  const bool b_here = b.flow == flow;
  if (a_here != b_here) return a_here;
  if (a.in_register != b.in_register) return a.in_register;
  return a.order > b.order;
}

Contact* find_contact(Line& line, ByteView phone_uri, FlowId flow) noexcept {
  const auto found = std::ranges::find_if(line.contacts, [&](const Contact& contact) {
    return contact.flow == flow && contact.pair.phone_uri == phone_uri;
  });
  return found == line.contacts.end() ? nullptr : &*found;
}

/// Room for one more: what was never confirmed goes first, then what is oldest.
void make_room(Line& line) {
  if (line.contacts.size() < rewrite::kMaxContactPairs) return;
  const auto victim = std::ranges::min_element(line.contacts, [](const Contact& a, const Contact& b) {
    return a.registered != b.registered ? b.registered : a.order < b.order;
  });
  line.contacts.erase(victim);
}

/// Is this Contact of a phone's message its own? (H1)
bool is_own(const sip::MessageView& message, const sip::NameAddr& contact, const Line& line,
            const rewrite::AddressMap& map) noexcept {
  if (rewrite::is_phone_contact(contact.uri, map)) return true;
  const bool is_box = contact.uri.host_port.ip == map.box.ip && contact.uri.port() == map.box.port;
  if (is_box && !rewrite::names_remote_target(message)) return false;
  if (message.is_request() && message.method() == sip::Method::registration) {
    // A removal of an address that this phone never had, while it is registered: it clears away the
    // binding of somebody else, which it has read in a 200.
    return rewrite::requested_expires(message, contact) > 0 || !has_registered_contact(line);
  }
  if (rewrite::names_remote_target(message)) return true;
  // The first request of an unknown phone (L1), or of one that has just changed its network.
  const bool nothing_known = map.pair_count == 0;
  const bool moved =
      contact.uri.host_port.ip && !contact.uri.user.empty() && contact.uri.user == line.contact_user;
  return nothing_known || moved;
}

void learn(const sip::NameAddr& contact, bool live_register, const Flow& flow, Line& line,
           const rewrite::AddressMap& map, std::uint64_t& order) {
  Contact* known = find_contact(line, contact.uri.whole, flow.id);
  if (known == nullptr) {
    make_room(line);
    known = &line.contacts.emplace_back();
    known->pair = rewrite::ContactPair::make(contact.uri, rewrite::to_box_uri(contact.uri, map));
    known->instance = instance_of(contact);
    known->flow = flow.id;
    known->order = ++order;
  }
  if (!live_register) return;
  known->in_register = true;
  known->order = ++order;
}

/// L5: the phone wants it, and the Box has it or may still answer.
bool is_wanted(const Contact& contact, TimePoint now) noexcept {
  return contact.wanted &&
         now < (contact.registered ? contact.expires : contact.wanted_at + kRegistrationGrace);
}

/// The newest Contact that the phone wants of the binding that `pair` is for the Box; null when there is
/// none.
const Contact* newest_wanted(const Line& line, const rewrite::ContactPair& pair, TimePoint now) {
  const Contact* newest = nullptr;
  for (const Contact& contact : line.contacts) {
    const bool newer = newest == nullptr || contact.order > newest->order;
    if (newer && is_wanted(contact, now) && rewrite::same_binding(contact.pair, pair)) newest = &contact;
  }
  return newest;
}

void want(Contact& contact, std::uint32_t seconds, TimePoint now) noexcept {
  contact.wanted = true;
  contact.wanted_seconds = seconds;
  contact.wanted_at = now;
}

/// A removal of the newest one means the binding, and with it those that it has replaced.
void unwant(Line& line, const Contact& removed, TimePoint now) {
  const Contact* newest = newest_wanted(line, removed.pair, now);
  const bool means_binding = newest == nullptr || newest->pair.phone_uri == removed.pair.phone_uri;
  for (Contact& contact : line.contacts) {
    const bool is_meant = means_binding ? rewrite::same_binding(contact.pair, removed.pair)
                                        : contact.pair.phone_uri == removed.pair.phone_uri;
    if (is_meant) contact.wanted = false;
  }
}

/// What a Contact of a REGISTER asks for.
void take_wish(Line& line, const sip::NameAddr& named, FlowId flow, std::uint32_t seconds, TimePoint now) {
  Contact* contact = find_contact(line, named.uri.whole, flow);
  if (contact == nullptr) return;
  if (seconds > 0) return want(*contact, seconds, now);
  unwant(line, *contact, now);
}

bool is_told_by_register(const Contact& contact, FlowId flow) noexcept {
  return contact.flow == flow && contact.in_register;
}

/// The map with those Contacts alone that a registrar may know, not those of calls.
rewrite::AddressMap bindings_of(const Passage& passage) noexcept {
  const auto& contacts = passage.line->contacts;
  rewrite::AddressMap bindings = passage.map;
  bindings.pair_count = 0;
  for (const rewrite::ContactPair* pair : passage.map.contacts()) {
    const auto contact =
        std::ranges::find_if(contacts, [&](const Contact& one) { return &one.pair == pair; });
    if (contact == contacts.end()) continue;
    if (contact->registered || is_told_by_register(*contact, passage.phone->id))
      bindings.pairs[bindings.pair_count++] = pair;
  }
  return bindings;
}

/// How long the Box keeps the binding of `contact`, by its 200; 0 when the 200 does not list it.
std::uint32_t granted_expires(const sip::MessageView& response, const Contact& contact,
                              const Transaction& transaction, const rewrite::AddressMap& bindings) {
  std::uint32_t granted = 0;
  for (const sip::NameAddr& listed : response.contacts()) {
    if (!rewrite::is_box_facing(listed.uri, bindings)) continue;
    const rewrite::ContactPair* meant = rewrite::find_binding(listed.uri, bindings);
    if (meant == nullptr || meant->box_uri != contact.pair.box_uri) continue;
    const auto header = rewrite::header_expires(response).value_or(transaction.requested_expires);
    granted = std::max(granted, rewrite::contact_expires(listed).value_or(header));
  }
  return granted;
}

bool removes_all(const sip::MessageView& request) noexcept {
  const sip::HeaderLine* contact = request.find(sip::HeaderName::contact);
  return contact != nullptr && sip::trim(contact->value) == "*";
}

bool lists_contacts(const sip::MessageView& response) noexcept {
  return response.find(sip::HeaderName::contact) != nullptr;
}

const Contact* replacement_of(const Contact& old, const Line& line, FlowId flow) noexcept {
  const auto found = std::ranges::find_if(line.contacts, [&](const Contact& current) {
    return current.flow == flow && current.registered && current.pair.box_uri == old.pair.box_uri;
  });
  return found == line.contacts.end() ? nullptr : &*found;
}

/// After a take-over the other flows' Contacts for the same binding are only earlier addresses (H1); those
/// that the phone has sent again, word for word, are not even that.
void supersede(Line& line, FlowId flow) {
  for (auto old = line.contacts.begin(); old != line.contacts.end();) {
    const Contact* current =
        old->registered && old->flow != flow ? replacement_of(*old, line, flow) : nullptr;
    if (current == nullptr) {
      ++old;
    } else if (find_contact(line, old->pair.phone_uri, flow) != nullptr) {
      old = line.contacts.erase(old);
    } else {
      old->flow = flow;
      old->registered = false;
      old->in_register = false;
      old->wanted = false;
      ++old;
    }
  }
}

void adopt_identity(Lines& lines, Line& line, const Contact& contact) {
  if (!contact.instance.empty()) lines.set_instance(line, contact.instance);
  if (const auto uri = sip::parse_uri(contact.pair.phone_uri)) line.contact_user = uri->user;
}

struct Grants {
  bool any = false;   ///< the Box has a binding for the line
  bool here = false;  ///< for a Contact that came on the flow of the REGISTER
};

/// Takes over what the Box says of each Contact of the line: that it is bound, and until when.
Grants take_grants(const Passage& passage, Lines& lines) {
  const sip::MessageView& response = passage.message;
  const Transaction& transaction = *passage.transaction;
  // A Box that lists no Contact has granted what the phone asked for.
  const bool silent_grant = !lists_contacts(response) && transaction.requested_expires > 0;
  const rewrite::AddressMap bindings = bindings_of(passage);
  Grants grants;
  for (Contact& contact : passage.line->contacts) {
    const bool told_here = is_told_by_register(contact, passage.phone->id);
    if (!contact.registered && !told_here) continue;
    const std::uint32_t granted =
        silent_grant && told_here ? rewrite::header_expires(response).value_or(transaction.requested_expires)
                                  : granted_expires(response, contact, transaction, bindings);
    contact.registered = granted > 0;
    contact.expires = passage.now + std::chrono::seconds(granted);
    grants.any = grants.any || contact.registered;
    if (!contact.registered || !told_here) continue;
    grants.here = true;
    adopt_identity(lines, *passage.line, contact);
  }
  return grants;
}

void put_first(const rewrite::ContactPair& pair, rewrite::AddressMap& map) noexcept {
  const std::size_t kept = std::min(map.pair_count, map.pairs.size() - 1);
  std::copy_backward(map.pairs.begin(), map.pairs.begin() + static_cast<std::ptrdiff_t>(kept),
                     map.pairs.begin() + static_cast<std::ptrdiff_t>(kept + 1));
  map.pairs.front() = &pair;
  map.pair_count = kept + 1;
}

/// H1: what the phone has written in this very dialog; null when it has written nothing special.
const rewrite::ContactPair* own_in_dialog(const Passage& passage) noexcept {
  if (passage.call != nullptr && !passage.call->contact.phone_uri.empty()) return &passage.call->contact;
  const auto& others = passage.line->dialog_contacts;
  const auto found = std::ranges::find(others, passage.call_hash, &DialogContact::call_hash);
  return found == others.end() ? nullptr : &found->pair;
}

void fill_pairs(Passage& passage) noexcept {
  fill_contacts(*passage.line, passage.phone->id, passage.map);
  if (const rewrite::ContactPair* own = own_in_dialog(passage)) put_first(*own, passage.map);
}

}  // namespace

void fill_contacts(const Line& line, FlowId flow, rewrite::AddressMap& map) noexcept {
  // A handful of Contacts: each is put where it ranks.
  std::array<const Contact*, rewrite::kMaxContactPairs> ranked{};
  std::size_t count = 0;
  for (const Contact& contact : line.contacts) {
    const bool visible = contact.registered || contact.flow == flow;
    if (!visible || count == ranked.size()) continue;
    std::size_t at = count++;
    for (; at > 0 && ranks_before(contact, *ranked[at - 1], flow); --at) ranked[at] = ranked[at - 1];
    ranked[at] = &contact;
  }
  map.pair_count = count;
  for (std::size_t i = 0; i < count; ++i) map.pairs[i] = &ranked[i]->pair;
}

void fill_map(Passage& passage, const Situation& situation) {
  const Flow& phone = *passage.phone;
  rewrite::AddressMap& map = passage.map;
  map.observed = phone.remote;
  map.local = phone.local;
  map.box_facing = passage.line->box_facing;
  map.box = situation.box.value_or(SocketAddress{});
  map.transport = phone.transport;
  map.via_port = phone.via_port;
  map.sdp_written = phone.sdp_written;
  map.nat_report = situation.config.nat_report;
  fill_pairs(passage);
}

void learn_contacts(Passage& passage, std::uint64_t& order) {
  const sip::MessageView& message = passage.message;
  const bool is_register = message.is_request() && message.method() == sip::Method::registration;
  // A redirection names others.
  if (!message.is_request() && message.start().status >= 300) return;
  Line& line = *passage.line;
  for (const sip::NameAddr& contact : message.contacts()) {
    if (!is_own(message, contact, line, passage.map)) continue;
    const std::uint32_t seconds = is_register ? rewrite::requested_expires(message, contact) : 0;
    learn(contact, seconds > 0, *passage.phone, line, passage.map, order);
    if (is_register) take_wish(line, contact, passage.phone->id, seconds, passage.now);
    if (line.contact_user.empty()) line.contact_user = contact.uri.user;
    fill_pairs(passage);
  }
}

void keep_live_binding(Passage& passage) {
  Line& line = *passage.line;
  if (passage.message.contacts().empty()) {  // a query, or "*"
    if (removes_all(passage.message))
      std::ranges::for_each(line.contacts, [](Contact& one) { one.wanted = false; });
    return;
  }
  std::array<rewrite::WantedBinding, rewrite::kMaxContactPairs> wanted;
  std::size_t count = 0;
  for (const Contact& contact : line.contacts) {
    if (count == wanted.size() || newest_wanted(line, contact.pair, passage.now) != &contact) continue;
    const auto left = std::chrono::ceil<std::chrono::seconds>(contact.expires - passage.now).count();
    wanted[count++] = {&contact.pair,
                       contact.registered ? static_cast<std::uint32_t>(left) : contact.wanted_seconds};
  }
  rewrite::keep_live_binding(passage.message, passage.map, {wanted.data(), count}, passage.edits);
}

RegistrationChange confirm_registration(const Passage& passage, Lines& lines) {
  Line& line = *passage.line;
  const FlowId flow = passage.phone->id;
  const Transaction& transaction = *passage.transaction;
  if (transaction.order < line.registered_order) return RegistrationChange::none;
  line.registered_order = transaction.order;
  const bool was_registered = line.state == LineState::registered;
  const Grants grants = take_grants(passage, lines);
  line.state = grants.any ? LineState::registered : LineState::unregistered;
  if (!grants.any) return was_registered ? RegistrationChange::unregistered : RegistrationChange::none;
  line.was_registered = true;
  lines.set_accepted(line);
  line.tell_phone = false;
  // A mere query of the bindings moves nothing.
  const bool moves = grants.here && transaction.requested_expires > 0 && line.serving != flow;
  const bool first_flow = !line.serving;
  const FlowId served_before = std::exchange(line.serving, moves ? flow : line.serving);
  if (grants.here) supersede(line, flow);
  // A phone that is registered by UDP and by TCP keeps both flows; with each refresh the other is the newest.
  if (moves && was_registered && !first_flow && !is_registered_on(line, served_before)) {
    return RegistrationChange::taken_over;
  }
  return was_registered ? RegistrationChange::none : RegistrationChange::registered;
}

}  // namespace fapfon::proxy
