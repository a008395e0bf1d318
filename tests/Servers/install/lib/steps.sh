# Steps: each runs once, until what defines it changes.

# step NAME FUNCTION [INPUT...]: runs FUNCTION unless the stamp of NAME holds the same hash of its definition. An INPUT is what else the
# result depends on: a helper function, a source folder, or stamp:NAME for an earlier step.
step() {
  local name=$1 function=$2 hash started=$SECONDS
  hash=$(definition "${@:2}" | sha256sum | cut -d ' ' -f 1)
  [[ $(cat "$cache/stamp/$name" 2>/dev/null) == "$hash" ]] && return 0
  # Never called in a condition (`step … ||`): bash would ignore `set -e` inside the function, and stamp what failed half-way.
  set +e
  (set -e; "$function") >"$cache/log/$name.log" 2>&1 9>&-
  local code=$?
  set -e
  if ((code != 0)); then
    echo "test servers: step $name failed, see $cache/log/$name.log:" >&2
    tail -n 20 "$cache/log/$name.log" >&2
    [[ -z ${optional:-} ]] || { echo "test servers: going on without $name" >&2; return 0; }
    return 1
  fi
  echo "$hash" >"$cache/stamp/$name"
  printf 'test servers: %-24s %4ds\n' "$name" $((SECONDS - started))
}

# optional_step …: a step without which the others are still of use; the tests that need its result say that it is missing.
optional_step() { optional=yes step "$@"; }

definition() {
  local input
  for input in "$@"; do
    case $input in
      stamp:*) cat "$cache/stamp/${input#stamp:}" ;;
      /*) (cd "$input" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) ;;
      *) declare -f "$input" ;;
    esac
  done
}

# link FILE...: makes programs available in bin. Renamed into place, since tests may be using the old link.
link() {
  local file
  for file in "$@"; do
    [[ -x $file ]] || { echo "$file is missing or not executable"; return 1; }
    ln -sfn "$file" "$cache/bin/.new" && mv -fT "$cache/bin/.new" "$cache/bin/$(basename "$file")"
  done
}

# wrap FILE LIBRARY_DIR: like link, for a program whose shared libraries were unpacked beside it.
wrap() {
  [[ -x $1 ]] || { echo "$1 is missing or not executable"; return 1; }
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$2" "$1" >"$cache/bin/.new"
  chmod +x "$cache/bin/.new" && mv -fT "$cache/bin/.new" "$cache/bin/$(basename "$1")"
}

# replace FILE NAME: moves a built program into bin in one go; a running one keeps its old file.
replace() { chmod +x "$1" && mv -fT "$1" "$cache/bin/$2"; }
