// SPDX-License-Identifier: GPL-2.0-or-later
// The play: the same four scenes for an app on TCP and one on UDP, first without the proxy, then with it.
// Both apps claim an address where nobody is. Every scene says what was seen and remembers whether it was
// what this act promises.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cast.hpp"
#include "child.hpp"
#include "terminal.hpp"

namespace fapfon::demo {

class Show {
 public:
  explicit Show(std::string program);

  /// True when everything went as told.
  bool play();
  /// Keeps the apps registered until Ctrl-C; false when the proxy ends by itself.
  bool stay();
  /// Ends the proxy; false when it did not end with exit code 0.
  bool end();

 private:
  enum class Act { without_proxy, with_proxy };

  void introduce();
  bool start_proxy();
  void play_act(Act act);
  void play_scenes(PhoneOnStage& app, const std::string& name);
  void scene_register(PhoneOnStage& app, const std::string& name);
  void scene_is_called(PhoneOnStage& app, const std::string& name);
  void scene_calls(PhoneOnStage& app, const std::string& name);
  void scene_audio(PhoneOnStage& app, const std::string& name, std::optional<SocketAddress> app_hears_at);

  struct Line {
    const std::string& who;
    const char* what;
    bool happened;
  };
  /// Shows what a scene has seen; `promised`: whether this act says that it happens.
  void report(const Line& line, bool promised, const std::string& text);

  Terminal terminal_;
  Poller poller_;
  std::string program_;
  std::unique_ptr<BoxOnStage> box_;
  std::unique_ptr<PhoneOnStage> app_by_tcp_;
  std::unique_ptr<PhoneOnStage> app_by_udp_;
  std::unique_ptr<Child> proxy_;
  SocketAddress proxy_address_;
  bool proxy_listens_ = false;
  Act act_ = Act::without_proxy;
  bool as_told_ = true;
};

}  // namespace fapfon::demo
