using RegistryOperator.Plugins.Provenance.Documents;

namespace RegistryOperator.Provenance.Tests.Documents;

public sealed class SourceUriTests
{
    [Theory]
    [InlineData("git+https://github.com/acme/app@refs/heads/main", "https://github.com/acme/app")]
    [InlineData("git+https://github.com/acme/app.git@refs/tags/v1", "https://github.com/acme/app")]
    [InlineData("https://github.com/acme/app.git#refs/heads/main", "https://github.com/acme/app")]
    [InlineData("https://github.com/acme/app.git#main:sub/folder", "https://github.com/acme/app")]
    [InlineData("https://github.com/acme/app?token=hunter2", "https://github.com/acme/app")]
    [InlineData("https://u:p@w@github.com/acme/app/", "https://github.com/acme/app")]
    [InlineData("ssh://git@github.com/acme/app.git", "ssh://github.com/acme/app")]
    [InlineData("git@github.com:acme/app.git", "github.com:acme/app")]
    [InlineData("https://github.com", "https://github.com")]
    [InlineData("", "")]
    public void Repository_AsToolsWriteIt_IsTheUrlAlone(string uri, string repository) => SourceUri.Repository(uri).ShouldBe(repository);

    [Theory]
    [InlineData("git+https://github.com/Acme/App.git@refs/heads/main", "https://github.com/acme/app", true)]
    [InlineData("git@github.com:acme/app.git", "https://github.com/acme/app", true)]
    [InlineData("ssh://git@forge.test/team/app", "https://forge.test/team/app", true)]
    [InlineData("https://FORGE.test/team/app", "https://forge.test/team/app", true)]
    [InlineData("https://forge.test/Team/app", "https://forge.test/team/app", false)]
    [InlineData("https://github.com/acme/app-evil", "https://github.com/acme/app", false)]
    [InlineData("https://github.com.evil.test/acme/app", "https://github.com/acme/app", false)]
    [InlineData("https://github.com@evil.test/acme/app", "https://github.com/acme/app", false)]
    [InlineData("https://evil.test/https://github.com/acme/app", "https://github.com/acme/app", false)]
    public void Comparable_TwoUrls_AreOneRepository(string one, string other, bool same) =>
        (SourceUri.Comparable(one) == SourceUri.Comparable(other)).ShouldBe(same);

    [Theory]
    [InlineData("https://ci.example.com/builders/1", "https://ci.example.com/builders/1")]
    [InlineData("https://github.com/o/r/.github/workflows/x.yml@refs/tags/v1", "https://github.com/o/r/.github/workflows/x.yml@refs/tags/v1")]
    [InlineData("https://host:8443/x.yml@v1", "https://host:8443/x.yml@v1")]
    [InlineData("pkg:docker/alpine@sha256:00", "pkg:docker/alpine@sha256:00")]
    [InlineData("https://user:SECRET@host/x", "https://host/x")]
    [InlineData("https://SECRET@host/x", "https://host/x")]
    [InlineData("https://user:pa/SECRET@host/x", "https://host/x")]
    [InlineData("https:/user:SECRET@host/x", "https:/host/x")]
    [InlineData("ssh://user:SECRET@host/x", "ssh://host/x")]
    [InlineData("user:SECRET@git.example.com/x", "git.example.com/x")]
    [InlineData("ssh://h/x?token=SECRET", "ssh://h/x")]
    [InlineData("https://host/x#SECRET", "https://host/x")]
    public void Told_WhateverIsInIt_HasNoSecret(string uri, string told) => SourceUri.Told(uri).ShouldBe(told);
}
