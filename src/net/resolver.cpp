// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/resolver.hpp"

#include <algorithm>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <netdb.h>
#ifdef FAPFON_STATIC
#include <nss.h>
#endif
#include <sys/eventfd.h>

#include "net/fd.hpp"
#include "net/loop.hpp"

namespace fapfon::net {
namespace {

/// What the thread and the loop share. The thread writes the answer and then rings.
struct Exchange {
  std::mutex mutex;
  Resolver::Answer answer;
  Fd bell{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
};

#ifdef FAPFON_STATIC
/// The hosts file and DNS are built into glibc. Other NSS modules that nsswitch.conf names (mdns, resolve)
/// are libraries of the machine. They must match the glibc that is linked statically, so they are off.
void use_what_libc_has() {
  [[maybe_unused]] static const int done = ::__nss_configure_lookup("hosts", "files dns");
}
#else
void use_what_libc_has() {}
#endif

Resolver::Answer ask(const std::string& name) {
  use_what_libc_has();
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_DGRAM;  // otherwise each address comes once for each type
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(name.c_str(), nullptr, &wanted, &found);
  if (error != 0) return Unexpected<std::string>(::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
  std::vector<IpAddress> addresses;
  for (const addrinfo* item = found; item != nullptr; item = item->ai_next) {
    sockaddr_storage storage{};
    std::copy_n(reinterpret_cast<const char*>(item->ai_addr), item->ai_addrlen,
                reinterpret_cast<char*>(&storage));
    addresses.push_back(SocketAddress::from(storage).ip);
  }
  std::stable_partition(addresses.begin(), addresses.end(), [](const IpAddress& ip) { return ip.is_v4(); });
  return addresses;
}

}  // namespace

struct Resolver::Question final : Watched {
  Question(Resolver& resolver, std::function<void(Answer)> then)
      : owner(resolver), answered(std::move(then)) {}
  ~Question() { owner.loop_.unwatch(exchange->bell.number(), *this); }

  void on_ready(std::uint32_t /*events*/) override {
    // The call may ask the next question, which destroys this one.
    const auto call = std::move(answered);
    Answer answer;
    {
      const std::lock_guard lock{exchange->mutex};
      answer = std::move(exchange->answer);
    }
    owner.question_.reset();
    call(std::move(answer));
  }

  Resolver& owner;
  std::function<void(Answer)> answered;
  std::shared_ptr<Exchange> exchange = std::make_shared<Exchange>();
};

Resolver::Resolver(Loop& loop) : loop_(loop) {}

Resolver::~Resolver() = default;

void Resolver::resolve(const std::string& name, std::function<void(Answer)> answered) {
  question_ = std::make_unique<Question>(*this, std::move(answered));
  const auto exchange = question_->exchange;
  const auto fail = [&](const char* cause) {
    exchange->answer = Unexpected<std::string>(cause);
    loop_.wake(*question_);
  };
  if (!exchange->bell || !loop_.watch(exchange->bell.number(), EPOLLIN, *question_)) {
    return fail("out of file descriptors");
  }
  try {
    std::thread([exchange, name] {
      Answer answer = ask(name);
      const std::lock_guard lock{exchange->mutex};
      exchange->answer = std::move(answer);
      ::eventfd_write(exchange->bell.number(), 1);
    }).detach();
  } catch (const std::system_error&) {
    fail("cannot start a thread to look up the name");
  }
}

}  // namespace fapfon::net
