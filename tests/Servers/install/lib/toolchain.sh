# Go, for what is built from source: 1.19 for Kubernetes 1.20, 1.23 for the small programs of this folder.

go_root() { echo "$cache/x/go/usr/lib/go-$1"; }
debian_gopath() { echo "$cache/x/go/usr/share/gocode"; }

toolchain() {
  unpack go golang-1.19-go/bookworm golang-1.19-src/bookworm golang-1.23-go/bookworm-backports golang-1.23-src/bookworm-backports \
    golang-github-modern-go-reflect2-dev/bookworm golang-github-coreos-bbolt-dev/bookworm golang-gopkg-yaml.v3-dev/bookworm golang-golang-x-sys-dev/bookworm \
    golang-github-cue-labs-oci-dev/trixie golang-github-opencontainers-image-spec-dev/trixie golang-github-opencontainers-go-digest-dev/trixie
}

# with_go VERSION GOPATH COMMAND...: no module proxy and no network, only the source that Debian packages.
with_go() {
  local root
  root=$(go_root "$1")
  mkdir -p "$cache/home"
  env GOROOT="$root" PATH="$root/bin:$PATH" GOPATH="$2" GOCACHE="$cache/gocache" HOME="$cache/home" \
    GO111MODULE=off GOPROXY=off GOTOOLCHAIN=local GOFLAGS= CGO_ENABLED=0 "${@:3}"
}

# small_program NAME: builds the folder NAME beside this one.
small_program() {
  cd "$here/$1"
  with_go 1.23 "$(debian_gopath)" go build -ldflags '-s -w' -o "$cache/bin/.$1" .
  replace "$cache/bin/.$1" "$1"
}

need_toolchain() { step toolchain toolchain unpack; }
