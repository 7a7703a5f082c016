# SPDX-License-Identifier: GPL-2.0-or-later
# What `cmake --install` puts where, with a prefix (/usr for packages, /usr/local for the machine's own) or a DESTDIR.
# bin and not sbin, though most of what it does is for root: `fapfon-proxy check` is for everybody, and on Debian an ordinary
# user has no sbin in his PATH.
include(GNUInstallDirs)

install(TARGETS fapfon-proxy RUNTIME DESTINATION bin)
install(PROGRAMS packaging/fapfon-proxy.nat DESTINATION bin OPTIONAL)
install(FILES ${CMAKE_BINARY_DIR}/man/fapfon-proxy.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 OPTIONAL)
install(FILES ${CMAKE_BINARY_DIR}/man/de/fapfon-proxy.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/de/man8 OPTIONAL)
install(FILES packaging/completion/fapfon-proxy DESTINATION share/bash-completion/completions)
install(FILES packaging/logrotate/fapfon-proxy DESTINATION /etc/logrotate.d)
# In the same places relative to each other as here, so that their links work.
install(FILES CHANGELOG.md CONTRIBUTING.md README.md README.de.md SECURITY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md" PATTERN "*.svg")

if(FAPFON_SYSTEMD)
  install(PROGRAMS packaging/systemd/prepare-logfile DESTINATION libexec/fapfon-proxy)
  # The unit names its programs by their full path: that of the prefix.
  install(CODE "
    file(READ ${PROJECT_SOURCE_DIR}/packaging/systemd/fapfon-proxy.service unit)
    foreach(folder bin libexec)
      string(REPLACE /usr/\${folder}/fapfon-proxy \${CMAKE_INSTALL_PREFIX}/\${folder}/fapfon-proxy unit \"\${unit}\")
    endforeach()
    set(installed \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/systemd/system/fapfon-proxy.service)
    message(STATUS \"Installing: \${installed}\")
    file(WRITE \${installed} \"\${unit}\")")
endif()

# /etc/default whatever the prefix is, because the program reads it there. A user's own settings are kept.
install(CODE "
  if(NOT EXISTS \$ENV{DESTDIR}/etc/default/fapfon-proxy)
    file(INSTALL ${PROJECT_SOURCE_DIR}/packaging/default/fapfon-proxy DESTINATION /etc/default)
  endif()")
