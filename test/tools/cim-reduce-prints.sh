#!/bin/sh
# Interesting (exit 1) is a module whose text has a text: cim-reduce-prints.sh TEXT FILE.
grep -q "$1" "$2" && exit 1
exit 0
