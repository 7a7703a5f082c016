// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/ask_box.hpp"

#include <optional>
#include <utility>

#include "net/loop.hpp"
#include "net/socket.hpp"
#include "text/translate.hpp"

namespace fapfon::box {

Question::Answer ask_box(const SocketAddress& box, const IpAddress& local,
                         std::chrono::milliseconds patience) {
  IpAddress from = local;
  if (!from) {
    const auto chosen = net::local_address_towards(box);
    if (!chosen) {
      return Unexpected<AskFailure>({AskFailure::Reason::cannot_send, text::tr(chosen.error().text())});
    }
    from = *chosen;
  }
  net::Loop loop;
  Question question{loop};
  std::optional<Question::Answer> answer;
  const auto answered = [&](Question::Answer found) {
    answer = std::move(found);
    loop.stop();
  };
  question.ask(box, from, answered, patience);
  loop.run();
  return *answer;
}

}  // namespace fapfon::box
