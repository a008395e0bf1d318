#!/bin/bash
# build.sh [CACHE_DIR] [PART...]: the real servers and tools that the tests run against, from Debian's and npm's packages alone.
# Nothing is installed into the system: packages are unpacked under CACHE_DIR, programs end in CACHE_DIR/bin.
#
#   registries   docker-registry, regc2 (Referrers API), htpasswd, crane, oras, cosign, kubectl, etcd, wrk      1 minute
#   scanners     trivy, mkdb (its databases), syft                                                              half a minute
#   kube         kube-apiserver, kube-controller-manager (built from source), helm                              5 minutes
#   fast         registries and scanners
#   all          everything (default)
#
# A finished step is skipped until its definition changes. Two runs on one cache wait for each other.
set -euo pipefail

cache=${1:-${REGISTRY_OPERATOR_TEST_SERVERS:-$HOME/.cache/registry-operator/test-servers}}
parts=("${@:2}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$cache"/{bin,log,stamp}
cache=$(cd "$cache" && pwd)

# shellcheck source-path=SCRIPTDIR
source "$here/lib/steps.sh"
source "$here/lib/packages.sh"
source "$here/lib/toolchain.sh"
source "$here/parts/registries.sh"
source "$here/parts/scanners.sh"
source "$here/parts/kube.sh"

# One run at a time: the second finds finished stamps and has nothing left to do.
exec 9>"$cache/lock"
flock -n 9 || { echo "test servers: waiting for another run on $cache"; flock 9; }

for part in "${parts[@]:-all}"; do
  case $part in
    registries | scanners | kube) "part_$part" ;;
    fast) part_registries; part_scanners ;;
    all) part_registries; part_scanners; part_kube ;;
    *) echo "test servers: unknown part '$part': expected registries, scanners, kube, fast or all" >&2; exit 2 ;;
  esac
done
