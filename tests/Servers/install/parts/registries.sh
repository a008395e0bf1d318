# Registries, their clients, and the servers and clients that Debian has ready for use.

servers() {
  unpack tools etcd-server/trixie etcd-client/trixie kubectl/trixie cosign/trixie oras/trixie docker-registry/bookworm \
    apache2-utils/bookworm libapr1/bookworm libaprutil1/bookworm wrk/bookworm libluajit-5.1-2/bookworm
  local programs=$cache/x/tools/usr/bin libraries
  libraries=$(echo "$cache"/x/tools/usr/lib/*-linux-gnu)
  link "$programs"/{etcd,etcdctl,kubectl,cosign,oras,docker-registry}
  wrap "$programs/htpasswd" "$libraries"
  wrap "$programs/wrk" "$libraries"
}

# Only Debian's unstable suite has these, and it moves: the tests that need them cope without.
newer_tools() {
  unpack sid crane/sid cosign/sid
  link "$cache/x/sid/usr/bin/crane"
  ln -sfn "$cache/x/sid/usr/bin/cosign" "$cache/bin/cosign3"
}

build_regc2() { small_program regc2; }

part_registries() {
  step servers servers unpack link wrap
  optional_step newer-tools newer_tools unpack link
  need_toolchain
  step regc2 build_regc2 small_program with_go stamp:toolchain "$here/regc2"
}
