// SPDX-License-Identifier: GPL-2.0-or-later
// Responses that we make ourselves (SPEC F1, F2, F3, F8, L6): built without state, from the request alone
// (RFC 3261 section 8.2.6.2, 8.2.7).
#pragma once

#include <chrono>
#include <string>

#include "sip/message_view.hpp"

namespace fapfon::proxy {

/// True when `request` can be answered: it is a request but not an ACK, and its topmost Via can be read (F8).
bool is_answerable(const sip::MessageView& request) noexcept;

/// Appends the response to `request`, which must be is_answerable(); it may have had a parse error. With a
/// `retry_after` of 0 s there is no Retry-After.
void append_answer(const sip::MessageView& request, int status, std::chrono::seconds retry_after,
                   std::string& out);

/// True for an ACK to a final response that we made, by its To tag: the Box never saw the INVITE.
bool acknowledges_own_answer(const sip::MessageView& request) noexcept;

}  // namespace fapfon::proxy
