using System.Text;
using RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

namespace RegistryOperator.Trivy.Tests.Documents.CycloneDx;

/// <summary>A made-up report that has each member which the document has a place for.</summary>
internal static class SampleReport
{
    public static PackageReport Read() => PackageReport.Read(Encoding.UTF8.GetBytes(Text));

    public const string Text =
        """
        {
          "SchemaVersion": 2, "CreatedAt": "2026-11-28T09:26:28Z", "ArtifactName": "registry.example/team/App@sha256:1111", "ArtifactType": "container_image",
          "Metadata": {
            "Size": 1234, "OS": {"Family": "debian", "Name": "12.5"}, "ImageID": "sha256:2222", "DiffIDs": ["sha256:4444", "sha256:3333"],
            "RepoTags": ["registry.example/team/App:1"], "RepoDigests": ["registry.example/team/App@sha256:1111", "other@sha256:1111"],
            "Reference": "registry.example/team/App@sha256:1111",
            "ImageConfig": {"architecture": "arm64/v8", "config": {"Labels": {"b": "2", "a": "1", "empty": ""}}}
          },
          "Results": [
            {"Target": "App (debian 12.5)", "Class": "os-pkgs", "Type": "debian", "Packages": [
              {"ID": "zlib1g@1:1.2.13.dfsg-1", "Name": "zlib1g", "Identifier": {"PURL": "pkg:deb/debian/zlib1g@1.2.13.dfsg-1?arch=amd64&epoch=1", "UID": "u"},
               "Version": "1.2.13.dfsg", "Release": "1", "Epoch": 1, "Arch": "amd64",
               "SrcName": "zlib", "SrcVersion": "1.2.13.dfsg", "SrcRelease": "1", "SrcEpoch": 1,
               "Licenses": ["Zlib", "", "text://Some text", "GPL-2.0-only"], "Maintainer": "Debian \"Zlib\" <zlib@debian.example>",
               "Layer": {"Digest": "sha256:5555", "DiffID": "sha256:3333"},
               "DependsOn": ["libc6@2.36-9"], "Digest": "sha1:abcd", "Modularitylabel": "mod:1"},
              {"ID": "libc6@2.36-9", "Name": "libc6", "Identifier": {"PURL": "pkg:deb/debian/libc6@2.36-9?epoch=0"}, "Version": "2.36", "Release": "9"},
              {"Name": "local", "Version": "1.0", "Release": "2", "Epoch": 3}
            ]},
            {"Target": "Node.js", "Class": "lang-pkgs", "Type": "node-pkg", "Packages": [
              {"ID": "@scope/tool@1.0.0", "Name": "@scope/tool", "Identifier": {"PURL": "pkg:npm/%40scope/tool@1.0.0", "BOMRef": "given-1"}, "Version": "1.0.0",
               "FilePath": "app/a/package.json", "Digest": "sha512:ef"},
              {"ID": "@scope/tool@1.0.0", "Name": "@scope/tool", "Identifier": {"PURL": "pkg:npm/%40scope/tool@1.0.0", "BOMRef": "given-1"}, "Version": "1.0.0",
               "FilePath": "app/b/package.json", "Digest": "md4:ef"}
            ]},
            {"Target": "app/pom.xml", "Class": "lang-pkgs", "Type": "pom", "Packages": [
              {"ID": "org.example:app:1", "Name": "org.example:app", "Identifier": {"PURL": "pkg:maven/org.example/app@1"}, "Version": "1",
               "Relationship": "root", "DependsOn": ["org.example:a:1"], "Digest": "sha256:"},
              {"ID": "org.example:a:1", "Name": "org.example:a", "Identifier": {"PURL": "pkg:maven/org.example/a@1"}, "Version": "1",
               "Relationship": "direct", "DependsOn": ["org.example:b:1", "gone"], "Digest": "md5:01"},
              {"ID": "org.example:b:1", "Name": "org.example:b", "Identifier": {"PURL": "pkg:maven/org.example/b@1"}, "Version": "1",
               "Relationship": "indirect", "Digest": "sha256:02"},
              {"ID": "org.example:c:1", "Name": "org.example:c", "Identifier": {"PURL": "pkg:maven/org.example/c@1"}, "Version": "1",
               "Relationship": "indirect", "DependsOn": ["org.example:d:1"]},
              {"ID": "org.example:d:1", "Name": "org.example:d", "Identifier": {"PURL": "pkg:maven/org.example/d@1"}, "Version": "1",
               "Relationship": "indirect", "DependsOn": ["org.example:c:1"]}
            ]},
            {"Target": "config", "Class": "config", "Type": "dockerfile", "Packages": [{"Name": "none of ours"}]},
            {"Target": "rpms", "Class": "os-pkgs", "Type": "centos", "Packages": [
              {"ID": "bash@1-2.x86_64", "Name": "bash", "Identifier": {"PURL": "pkg:rpm/centos/bash@1-2?arch=x86_64"},
               "BuildInfo": {"ContentSets": ["rhel-8-b", "rhel-8-a"], "Nvr": "ubi8-1", "Arch": "x86_64"}}
            ]}
          ]
        }
        """;
}
