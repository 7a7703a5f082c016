// SPDX-License-Identifier: GPL-2.0-or-later
// What the C library says of errors (strerror, gai_strerror), as far as a user may meet it. It would
// translate these only with locales that are generated on the machine. They are listed here for po/refresh;
// tr() is given the library's own text.
#include "text/translate.hpp"

namespace fapfon::text {
namespace {

[[maybe_unused]] constexpr const char* kSystemErrors[] = {
    tr_later("Address already in use"),
    tr_later("Cannot assign requested address"),
    tr_later("Connection refused"),
    tr_later("Connection timed out"),
    tr_later("Is a directory"),
    tr_later("Name or service not known"),
    tr_later("Network is down"),
    tr_later("Network is unreachable"),
    tr_later("No address associated with hostname"),
    tr_later("No route to host"),
    tr_later("No such file or directory"),
    tr_later("Not a directory"),
    tr_later("Operation not permitted"),
    tr_later("Permission denied"),
    tr_later("Read-only file system"),
    tr_later("Temporary failure in name resolution"),
};

}  // namespace
}  // namespace fapfon::text
