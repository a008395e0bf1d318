namespace RegistryOperator.Drift.Tests.Versions;

/// <summary>Running tags, the tags that may take their place, and those that may not, written as the repositories of each kind write them.</summary>
internal static class VersionPairs
{
    /// <summary>Each line: the running tag, what is newer, and after the slash what is not.</summary>
    private const string Lines =
        """
        # three numbers
        1.27.1: 1.27.2 1.28.0 2.0.0 1.27.10 / 1.27.0 1.27.1 1.26.9 1.27 1 latest v1.27.2 1.27.2.1 1.27.2-alpine 1.28.0-rc.1 1.28.0-beta1
        v2.9.0: v2.9.1 v2.10.0 v3.0.0 / v2.8.11 2.9.1 v2.9 v2.10.0-rc1 v2.9.1-arm64 V2.9.1
        9.9.9: 9.9.10 9.10.0 10.0.0 2024.1.0 / 9.9.09 9.9.8 10.0 20240131 2024.01.31 2024-01-31
        0.4.0: 0.4.1 0.5.0 1.0.0 / 0.3.9 0.4.0-1 0.4.1-dev
        # two numbers, and one
        16.3: 16.4 17.0 18.0 / 16.2 16 9.6.24 17.0.1 17beta1 17rc1 16.4-alpine
        3.19: 3.20 4.0 / 3.18 3.19.1 3 edge 20231219
        7: 8 10 / 6 7.2 20240131 latest 7-alpine
        # node: variants, and bases that move
        22.9.0-bookworm-slim: 22.10.0-bookworm-slim 24.0.0-bookworm-slim
        22.9.0-bookworm-slim: / 22.10.0-bookworm 22.10.0-slim 22.10.0-bullseye-slim 22.8.0-bookworm-slim 22-bookworm-slim
        20.11.1-alpine3.18: 20.11.1-alpine3.19 20.12.0-alpine3.18 20.12.0-alpine3.19 22.0.0-alpine3.20
        20.11.1-alpine3.18: / 20.12.0-alpine3.17 20.12.0-alpine 20.11.0-alpine3.19 20.12.0-alpine3.19.1
        18.20.2-slim: 18.20.3-slim 20.0.0-slim / 18.20.3 18.20.3-alpine 18.20.3-bookworm-slim 18-slim
        21.7.3-alpine: 22.0.0-alpine / 21.7.2-alpine 21.7.3-alpine3.20 22.0.0-alpine3.20 22-alpine current-alpine
        # python: pre-releases without a separator
        3.13.0rc2-slim-bookworm: 3.13.0rc3-slim-bookworm 3.13.0-slim-bookworm 3.13.1-slim-bookworm
        3.13.0rc2-slim-bookworm: / 3.13.0rc1-slim-bookworm 3.13.0b4-slim-bookworm 3.14.0a1-slim-bookworm 3.13.0rc3 3.13.0rc3-slim-bullseye
        3.12.4: 3.12.5 3.13.0 / 3.13.0rc2 3.13.0b1 3.13.0a6 3.12.4-slim 3.12
        3.14.0a2: 3.14.0a3 3.14.0b1 3.14.0rc1 3.14.0 3.15.0a1 / 3.14.0a1 3.13.5 3.14.0a3-slim
        3.11.9-windowsservercore-ltsc2022: 3.11.10-windowsservercore-ltsc2022 3.12.0-windowsservercore-ltsc2022
        3.11.9-windowsservercore-ltsc2022: / 3.12.0-windowsservercore-ltsc2025 3.12.0-windowsservercore-1809 3.12.0
        # postgres
        17beta2-alpine: 17beta3-alpine 17rc1-alpine / 17beta1-alpine 17.0-alpine 17beta3
        15.7-alpine3.19: 15.7-alpine3.20 15.8-alpine3.20 16.0-alpine3.19 / 15.8-alpine3.18 15.8-bookworm 15-alpine3.20
        9.6.23-stretch: 9.6.24-stretch / 10.0-stretch 9.6.24 9.6.24-bullseye 9.6.22-stretch
        # golang: the first of a line has two numbers
        1.20: 1.21 / 1.20.1 1.19 1.21rc3 1.21-alpine
        1.22.3-alpine3.18: 1.22.3-alpine3.19 1.22.4-alpine3.19 1.23.0-alpine3.20 / 1.22.2-alpine3.19 1.22.4-bookworm 1.22.4-alpine3.17
        1.24rc2: 1.24rc3 1.24 1.25rc1 / 1.24beta1 1.25beta1 1.23 1.24.1
        # nginx: roles behind the base
        1.26.1-alpine3.19-perl: 1.26.2-alpine3.20-perl 1.27.0-alpine3.19-perl
        1.26.1-alpine3.19-perl: / 1.26.2-alpine3.20-slim 1.26.2-alpine-perl 1.26.2-alpine3.20 1.26.0-alpine3.20-perl
        1.27.0-otel: 1.27.1-otel 1.29.0-otel / 1.27.1-perl 1.27.1 1.27.1-bookworm-otel
        # bitnami: base and build behind the version
        12.4.0-debian-11-r9: 12.4.0-debian-11-r10 12.4.0-debian-12-r0 12.5.0-debian-11-r1 13.0.0-debian-12-r3
        12.4.0-debian-11-r9: / 12.4.0-debian-11-r8 12.5.0-debian-10-r40 12.5.0-debian-11 12.5.0 12.4.0-photon-4-r10
        6.2.13: 6.2.14 7.0.0 / 6.2.14-debian-11-r1 6.2
        10.6.12-debian-11: 10.6.13-debian-11 11.0.0-debian-12 / 10.6.13-debian-10 10.6.13-debian-11-r2
        # calico and other builds of commits
        v3.26.4: v3.27.0 v3.28.1 / v3.26.3 v3.27.0-0.dev v3.27.0-arm64 v3.27 release-v3.27 v3.28.0-rc1
        release-v3.26: release-v3.27 release-v4.0 / release-v3.25 v3.27 release-v3.27.1 master
        v3.25.0-fips: v3.25.1-fips v3.26.0-fips / v3.25.1 v3.25.1-fips-arm64 v3.24.9-fips
        1.4.2-7f3a9c1: 1.4.3-0b1d2e9 1.5.0-fffe001 / 1.4.2-9c8b7a6 1.4.3 1.4.1-aaaaaa1 7f3a9c1
        v0.9.0-12-gdeadbe1: v0.9.0-13-g0123abc v0.9.1-1-gabcdef0 / v0.9.1 v0.9.0-11-gabcdef0
        # distroless and other names
        nonroot: / latest debug nonroot-amd64 1.0.0 9f8e7d6c5b4a39281706f5e4d3c2b1a098765432
        9f8e7d6c5b4a39281706f5e4d3c2b1a098765432: / 0f8e7d6c5b4a39281706f5e4d3c2b1a098765431 latest 1.2.3
        sha-9f8e7d6: / sha-af8e7d6 1.2.3
        debug-nonroot-amd64: / debug-nonroot-arm64 latest
        stable: / 1.2.3 latest edge
        # linuxserver
        4.0.9.2244-ls123: 4.0.9.2244-ls124 4.0.9.2300-ls1 4.0.10.1-ls200 5.0.0.1-ls1 / 4.0.9.2244-ls122 4.0.9-ls124 4.0.9.2300 develop-4.0.10.1-ls200
        arm64v8-4.0.9: arm64v8-4.0.10 arm64v8-5.0.0 / 4.0.10 amd64-4.0.10 arm64v8-4.0.8 arm64v8-latest
        version-5.14.0: version-5.15.0 version-6.0.0 / 5.15.0 version-5.13.9 version-5.15
        8.4.2-ls9: 8.4.2-ls10 8.5.0-ls1 / 8.4.2-ls8 8.5.0 8.4.2-r10
        # dates
        20240131: 20240201 20250101 / 20240130 5.2.3 2024.2.1 471100
        2024-01-31: 2024-02-01 2025-12-24 / 2024-01-30 20240201 2024.02.01
        jammy-20240125: jammy-20240212 jammy-20250101 / noble-20240301 jammy jammy-20231211 20240301
        bookworm-20240612-slim: bookworm-20240701-slim / bookworm-20240701 trixie-20240701-slim bookworm-20240513-slim bookworm-slim
        RELEASE.2024-01-16T16-07-38Z: RELEASE.2024-01-18T22-51-28Z RELEASE.2025-04-22T22-12-26Z
        RELEASE.2024-01-16T16-07-38Z: / RELEASE.2024-01-13T07-53-03Z RELEASE.2024-01-18T22-51-28Z.fips 2024-01-18 edge
        2024.1.3: 2024.1.4 2024.2.0 2025.1.0 / 2024.1.2 5.2.3 20240301 2024.1
        24.04: 24.10 25.04 / 23.10 24.04.1 20240423 noble
        202401311200: 202402010900 / 202401302359 20240201 1.2.3
        # dates and builds behind the version
        3.14.1-202508210758: 3.14.1-202508220100 3.15.0-202509010000 / 3.14.1-202508202359 3.14.1 3.14.1-20250822.1-x
        2.4.58-20240131: 2.4.58-20240201 2.4.59-20240301 / 2.4.58-20240130 2.4.59
        11.0.22_7-jre-jammy: 11.0.22_8-jre-jammy 11.0.23_9-jre-jammy 17.0.10_7-jre-jammy
        11.0.22_7-jre-jammy: / 11.0.22_6-jre-jammy 11.0.23_9-jdk-jammy 11.0.23_9-jre 11.0.23_9-jre-focal
        8u402-b06-jdk: 8u402-b07-jdk 8u412-b08-jdk 11u1-b01-jdk / 8u392-b08-jdk 8u412-b08-jre 8u412-b08-jdk-alpine 8-jdk
        1.19.5-1: 1.19.5-2 1.20.0-1 / 1.19.5 1.19.5-0 1.20.0
        # numbers that are no base: the language behind an application
        6.4.3-php8.2-apache: 6.4.4-php8.2-apache 6.5.0-php8.2-apache / 6.5.0-php8.3-apache 6.5.0-php8.1-apache 6.5.0-apache 6.4.2-php8.2-apache
        3.9.6-eclipse-temurin-17: 3.9.7-eclipse-temurin-17 / 3.9.7-eclipse-temurin-21 3.9.7 3.9.7-eclipse-temurin-17-alpine
        2.1.0-cuda12.1-cudnn8-runtime: 2.2.0-cuda12.1-cudnn8-runtime / 2.2.0-cuda12.4-cudnn9-runtime 2.2.0-cuda12.1-cudnn8-devel
        24.0.7-dind-alpine3.18: 24.0.7-dind-alpine3.19 24.0.8-dind-alpine3.18 25.0.0-dind-alpine3.19 / 24.0.8-alpine3.19 24.0.8-dind 24.0.6-dind-alpine3.19
        # pre-releases with separators
        1.0.0-rc.1: 1.0.0-rc.2 1.0.0-rc.10 1.0.0 1.0.1 1.1.0-rc.1 / 1.0.0-beta.9 0.9.9 1.1.0-alpha.1 1.0.0-rc.1-alpine
        4.0.0-beta2: 4.0.0-beta10 4.0.0-rc1 4.0.0 4.0.1 / 4.0.0-alpha9 4.0.0-beta1 4.0.0-beta3-slim
        1.5.0-M1: 1.5.0-M2 1.5.0 1.6.0-M1 / 1.5.0-beta1 1.4.9
        2.0.0-dev: 2.0.1-dev / 2.0.1 2.0.1-rc1 1.9.9-dev
        1.16.0-rc.0: 1.16.0-rc.1 1.16.0 1.17.0-rc.0 / 1.15.9
        # a project that has begun to count by years
        5.26.4-enterprise: 2025.1.0-enterprise 5.26.5-enterprise / 2025.1.0 2025.01.31-enterprise 2025-enterprise
        2025.1.0: 2025.2.0 2026.1.0 / 5.26.5 10.7.0
        # numbers before the version: of a distribution, a language, an architecture, a platform
        ubi8-15.5-0: ubi8-15.5-1 ubi8-15.6-0 ubi9-16.1-0 / ubi8-15.4-9 ubi9-15.4-0 15.6-0
        alpine3.18-v16.7.0: alpine3.18-v16.8.0 alpine3.19-v16.7.0 alpine3.19-v17.0.0 / alpine3.17-v16.8.0 ubuntu-v16.8.0 alpine3.19
        pg14-v0.2.0: pg14-v0.2.1 pg14-v1.0.0 / pg15-v0.2.1 pg16-v0.3.0
        ol9-java17-22.3.2: ol9-java17-22.3.3 / ol9-java20-23.0.0 ol8-java17-22.3.3
        temurin-11-tools-deps-1.12.0.1530-slim: temurin-11-tools-deps-1.12.1.1543-slim / temurin-17-tools-deps-1.12.1.1543-slim temurin-11-lein-2.9.1-slim
        windows-2019-2.2.1: windows-2019-2.2.2 / windows-2022-2.2.2 windows-2022-2.1.0
        linux-amd64-2.19.4: linux-amd64-2.19.5 linux-amd64-3.0.0 / linux-arm64-2.19.5 2.19.5
        s6-2.9.1: s6-2.9.2 s6-3.0.0 / 2.9.2 s7-2.9.2
        x86_64-v16.7.0: x86_64-v16.8.0 / arm64-v16.8.0 v16.8.0
        # numbers that name something, where nothing else is left
        latest-pg15: / latest-pg16 latest-pg14
        lts-jdk17: / lts-jdk21
        python3.11-slim: / python3.12-slim 3.12-slim
        ltsc2022: / ltsc2025
        latest-armv6: / latest-armv7
        nonroot-amd64: / nonroot-arm64
        pr-123: / pr-124 pr-1
        pr-130123: / pr-130124
        pull-request-12: / pull-request-13
        1.2.3-pr.12: / 1.2.3-pr.13
        1.2.3-jdk.17: / 1.2.3-jdk.21
        latest-18: / latest-20
        # counters behind words
        v1.28.3-k3s1: v1.28.3-k3s2 v1.28.4-k3s1 v1.29.0-k3s1 / v1.28.4-k3s1-amd64 v1.28.4-rke2r1
        v1.28.4-k3s2: v1.28.5-k3s1 / v1.28.4-k3s1
        v1.15.4-eksbuild.1: v1.15.4-eksbuild.2 v1.16.0-eksbuild.1 / v1.16.0-gke.1
        v1.28.2-eks-1-28-6: v1.28.2-eks-1-28-7 v1.28.3-eks-1-28-9 / v1.28.2-eks-1-28-5
        7.2.0-v6: 7.2.0-v7 7.4.0-v0 / 7.2.0-v5 7.4.0
        2022-CU10-ubuntu-22.04: 2022-CU11-ubuntu-22.04 / 2022-CU9-ubuntu-22.04 2022-latest
        2.1.0-cu121: / 2.1.0-cu124
        8.9-1107.1705420509: 8.9-1108 8.10-901 9.5-1734081738 / 8.9-1106.9
        v1.16.3-debian-1.1: v1.16.4-debian-1.0 v1.17.0-debian-1.0 / v1.16.3-debian-1.0
        2.18.4.0-b52: 2.18.4.0-b53 2.20.1.0-b97 / 2.18.4.0-b51
        21.0.1-ol9-20231024: 21.0.1-ol9-20231201 21.0.2-ol9-20240116 / 21.0.2-ol8-20240116
        # what a release is built with: its patches
        0.39.0-kafka-3.6.1: 0.40.0-kafka-3.6.1 0.40.0-kafka-3.6.2 / 0.40.0-kafka-3.7.0 0.40.0-kafka-3.6.0
        # times, and commits before them
        20240101T120000Z: 20240101T130000Z 20240102T000000Z 20240101T1300Z 202401011300 / 20231231T235959Z 20240102
        20240101T1300Z: 20240101T130001Z / 20240101T120000Z 202401011200
        20240102: 20240103 / 202401011200 20240101
        1.0-20240101T120000Z: 1.0-20240102T120000Z 1.1-20240101T000000Z / 1.0-20240101T1130Z
        2024-01-16T16-07-38-amd64: 2024-01-18T22-51-28-amd64 / 2024-01-18T22-51-28-arm64 2024-01-18T22-51-28
        2024-01-15Test: / 2024-01-16
        main-7f3a9c1-1704067200: main-8e3a9c1-1704153600 / main-8e3a9c1-1703980800 dev-8e3a9c1-1704153600
        """;

    /// <summary>Each pair as a row of a test: the running tag, the candidate, and whether it may take its place.</summary>
    public static IEnumerable<(string Running, string Candidate, bool IsNewer)> All =>
        from line in Lines.Split('\n')
        where line.Length > 0 && line[0] != '#'
        let running = line[..line.IndexOf(':', StringComparison.Ordinal)]
        let sides = line[(running.Length + 1)..].Split(" / ")
        from side in (bool[])[true, false]
        let words = side ? sides[0] : sides.ElementAtOrDefault(1) ?? ""
        from candidate in words.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where candidate != "/"
        select (running, candidate, side);
}
