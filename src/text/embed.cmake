# SPDX-License-Identifier: GPL-2.0-or-later
# cmake -DFROM=de.mo -DTO=german.cpp -P embed.cmake: a compiled catalogue as C++. No program of ours could do it, as it would not run
# where it is compiled for another machine.
file(READ ${FROM} bytes HEX)
string(REGEX REPLACE "(................................)" "\"\\1\"\n" lines "${bytes}")
string(REGEX REPLACE "\n([0-9a-f]+)$" "\n\"\\1\"\n" lines "${lines}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" lines "${lines}")
file(WRITE ${TO} "// Made from po/de.po by src/text/embed.cmake.\n#include \"text/catalogue.hpp\"\n\n"
  "namespace fapfon::text {\nnamespace {\nconstexpr char kBytes[] =\n${lines};\n}  // namespace\n\n"
  "ByteView german_catalogue() {\n  return {kBytes, sizeof kBytes - 1};\n}\n}  // namespace fapfon::text\n")
