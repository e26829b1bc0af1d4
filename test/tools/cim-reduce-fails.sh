#!/bin/sh
# Interesting (exit 1) is a module that makes cim-opt say a text: cim-reduce-fails.sh PASS TEXT FILE.
cim-opt "$1" "$3" 2>&1 | grep -q "error: .*$2" && exit 1
exit 0
