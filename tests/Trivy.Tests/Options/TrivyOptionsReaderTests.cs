using Microsoft.Extensions.Configuration;
using RegistryOperator.Plugins.Trivy.Options;

namespace RegistryOperator.Trivy.Tests.Options;

public sealed class TrivyOptionsReaderTests
{
    [Fact]
    public void Read_NothingSet_HasDefaultsThatFitTrivys()
    {
        var options = Read([], [("HOME", "/home/operator")]);

        options.ShouldBe(new TrivyOptions { CacheDirectory = "/home/operator/.cache/trivy", DbRepositories = options.DbRepositories, JavaDbRepositories = options.JavaDbRepositories });
        options.DbRepositories.ShouldBeEmpty();
        options.CacheBackend.ShouldBe("memory");
        options.MaximumOutputBytes.ShouldBe(256 * 1024 * 1024);
    }

    [Fact]
    public void Read_EverythingSet_IsTaken()
    {
        var options = Read(
        [
            ("Path", "/opt/trivy"), ("Server", "http://trivy:4954"), ("Token", "t"), ("CacheDirectory", "/cache"), ("CacheBackend", "redis://redis:6379"),
            ("SkipDbUpdate", "true"), ("SkipJavaDbUpdate", "True"), ("OfflineScan", "1"), ("DbRepositories:0", "a/db:2"), ("DbRepositories:1", "b/db:2"),
            ("JavaDbRepositories:0", "a/java:1"), ("Timeout", "10m"), ("MaximumOutputBytes", "1000"), ("Enabled", "true"),
        ]);

        options.Path.ShouldBe("/opt/trivy");
        options.Server.ShouldBe(new Uri("http://trivy:4954"));
        options.Token.ShouldBe("t");
        options.CacheDirectory.ShouldBe("/cache");
        options.CacheBackend.ShouldBe("redis://redis:6379");
        (options.SkipDbUpdate, options.SkipJavaDbUpdate, options.OfflineScan).ShouldBe((true, true, true));
        options.DbRepositories.ShouldBe(["a/db:2", "b/db:2"]);
        options.JavaDbRepositories.ShouldBe(["a/java:1"]);
        options.Timeout.ShouldBe(TimeSpan.FromMinutes(10));
        options.MaximumOutputBytes.ShouldBe(1000);
        options.ToString().ShouldBe("trivy with the server http://trivy:4954");
    }

    [Fact]
    public void Read_TrivysOwnVariables_AreTakenWhereTheSectionSaysNothing()
    {
        (string, string)[] variables =
        [
            ("TRIVY_SERVER", "https://trivy.example"), ("TRIVY_TOKEN", "t"), ("TRIVY_CACHE_DIR", "/var/cache/trivy"), ("TRIVY_CACHE_BACKEND", "fs"),
            ("TRIVY_SKIP_DB_UPDATE", "true"), ("TRIVY_DB_REPOSITORY", "a/db:2, b/db:2"),
        ];

        var inherited = Read([], variables);
        var overridden = Read([("CacheDirectory", "/own"), ("SkipDbUpdate", "false"), ("DbRepositories:0", "c/db:2")], variables);

        inherited.Server.ShouldBe(new Uri("https://trivy.example"));
        inherited.Token.ShouldBe("t");
        inherited.CacheDirectory.ShouldBe("/var/cache/trivy");
        inherited.CacheBackend.ShouldBe("fs");
        inherited.SkipDbUpdate.ShouldBeTrue();
        inherited.DbRepositories.ShouldBe(["a/db:2", "b/db:2"]);
        overridden.CacheDirectory.ShouldBe("/own");
        overridden.SkipDbUpdate.ShouldBeFalse();
        overridden.DbRepositories.ShouldBe(["c/db:2"]);
    }

    [Theory]
    [InlineData("XDG_CACHE_HOME", "/xdg", "/xdg/trivy")]
    [InlineData("HOME", "/root", "/root/.cache/trivy")]
    public void Read_NoCacheDirectory_IsWhereTrivyWouldPutIt(string variable, string value, string expected) => Read([], [(variable, value)]).CacheDirectory.ShouldBe(expected);

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("00:10:00", 600)]
    public void Read_Timeout_IsADuration(string text, int seconds) => Read([("Timeout", text)]).Timeout.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("Server", "trivy:4954", "Plugins:Trivy:Server is 'trivy:4954': expected the URL of a Trivy server, e.g. http://trivy:4954.")]
    [InlineData("Server", "http://u:p@trivy", "Plugins:Trivy:Server holds a user name or password: leave it out, a Trivy server takes Plugins:Trivy:Token.")]
    [InlineData("Token", "t", "Plugins:Trivy:Token is set without Plugins:Trivy:Server: it is the secret of a Trivy server, name that, too.")]
    [InlineData("CacheBackend", "memcached", "Plugins:Trivy:CacheBackend is none that is known: expected 'memory', 'fs' or a redis:// URL.")]
    [InlineData("SkipDbUpdate", "yes", "Plugins:Trivy:SkipDbUpdate is 'yes': expected true or false.")]
    [InlineData("Timeout", "5", "Plugins:Trivy:Timeout is '5': expected a time above zero, e.g. 10m or 00:10:00.")]
    [InlineData("Timeout", "0s", "Plugins:Trivy:Timeout is '0s': expected a time above zero, e.g. 10m or 00:10:00.")]
    [InlineData("Timeout", "-00:01:00", "Plugins:Trivy:Timeout is '-00:01:00': expected a time above zero, e.g. 10m or 00:10:00.")]
    [InlineData("MaximumOutputBytes", "1GB", "Plugins:Trivy:MaximumOutputBytes is '1GB': expected a number of bytes from 1 to 2147483591.")]
    [InlineData("MaximumOutputBytes", "0", "Plugins:Trivy:MaximumOutputBytes is '0': expected a number of bytes from 1 to 2147483591.")]
    public void Read_ValueThatCanNotBeUsed_IsRefusedWithASentence(string name, string value, string message) =>
        Should.Throw<InvalidOperationException>(() => Read([(name, value)])).Message.ShouldBe(message);

    [Fact]
    public void Read_SettingNotKnown_IsRefusedWithThoseThatAre() =>
        Should.Throw<InvalidOperationException>(() => Read([("SkipDBUpdates", "true")])).Message.ShouldStartWith("Plugins:Trivy:SkipDBUpdates is not a setting: there are Path, Server, Token,");

    private static TrivyOptions Read((string Name, string Value)[] settings, (string Name, string Value)[]? variables = null)
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value)).Build();
        return new TrivyOptionsReader(section, name => (variables ?? []).FirstOrDefault(variable => variable.Name == name).Value).Read();
    }
}
