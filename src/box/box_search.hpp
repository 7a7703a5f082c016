// SPDX-License-Identifier: GPL-2.0-or-later
// Looks for a Box when the user names none (SPEC section 6): asks the name fritz.box and the default
// gateways (question.hpp), all at once. A FRITZ!Box is preferred to other SIP servers. If two answer, neither
// is chosen. What cannot be asked, and what does not answer, is reported with its reason.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "box/box_name.hpp"
#include "box/box_query.hpp"
#include "box/question.hpp"
#include "net/resolver.hpp"
#include "net/timer.hpp"

namespace fapfon::box {

struct FoundBox {
  BoxName name;  ///< as it was asked for: it is resolved again when the Box moves
  SocketAddress address;
  Product product;
};

/// The one to take, or a line that says why there is none: no answer (`outcomes` lists who was asked), or
/// two.
Expected<FoundBox, std::string> choose_box(const std::vector<FoundBox>& answered,
                                           const std::string& outcomes);

class BoxSearch {
 public:
  using Answer = Expected<FoundBox, std::string>;

  /// `answered` is called from the loop, once; the search may be destroyed in it.
  BoxSearch(net::Loop& loop, std::function<void(Answer)> answered);
  ~BoxSearch();

  /// Asks `candidates`, names or addresses, the best first. The answer comes from the loop, once, after 2 s
  /// at most. A name that leads to a public address is not asked: outside of a home network fritz.box
  /// is somebody else's.
  void start(const std::vector<BoxName>& candidates);

  /// fritz.box, then the default gateways of this machine.
  static std::vector<BoxName> usual_candidates();
  /// Searches in a loop of its own; for commands.
  static Answer search_now(const std::vector<BoxName>& candidates);

 private:
  struct Candidate;
  void name_resolved(Candidate& candidate, const net::Resolver::Answer& found);
  void ask(Candidate& candidate, const SocketAddress& box);
  void rule_out(Candidate& candidate, std::string outcome);
  void finish_when_decided();
  void finish();

  net::Loop& loop_;
  std::function<void(Answer)> answered_;
  std::vector<std::unique_ptr<Candidate>> candidates_;
  net::Timer end_;
};

}  // namespace fapfon::box
