using Microsoft.Extensions.Configuration;
using RegistryOperator.Plugins.Trivy.Options;

namespace RegistryOperator.Trivy.Tests.Options;

public sealed class TrivyOptionsReaderTests
{
    [Fact]
    public void Read_NothingSet_HasDefaultsThatFitTrivys()
    {
        var options = Read([], [("HOME", "/home/operator")]);

        options.ShouldBe(new TrivyOptions
        {
            CacheDirectory = "/home/operator/.cache/trivy",
            DbRepositories = options.DbRepositories,
            JavaDbRepositories = options.JavaDbRepositories,
        });
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
    public void Read_NoCacheDirectory_IsWhereTrivyWouldPutIt(string variable, string value, string expected) =>
        Read([], [(variable, value)]).CacheDirectory.ShouldBe(expected);

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
        Should.Throw<TrivyOptionsException>(() => Read([(name, value)])).Message.ShouldBe(message);

    [Fact]
    public void Read_SettingNotKnown_IsRefusedWithThoseThatAre() =>
        Should.Throw<TrivyOptionsException>(() => Read([("SkipDBUpdates", "true")])).Message
            .ShouldStartWith("Plugins:Trivy:SkipDBUpdates is not a setting: there are Path, Server, Token,");

    [Fact]
    public void Read_NoVariableNamesAFolder_IsInTheTemporaryOne() =>
        Read([]).CacheDirectory.ShouldBe(Path.GetFullPath(Path.Combine(Path.GetTempPath(), "trivy")));

    [Fact]
    public void Read_BothVariablesNameAFolder_TakesTheCaches() =>
        Read([], [("HOME", "/root"), ("XDG_CACHE_HOME", "/xdg")]).CacheDirectory.ShouldBe("/xdg/trivy");

    [Fact]
    public void Read_VariablesAreEmpty_AreAsIfNotThere() =>
        Read([], [("HOME", "/root"), ("XDG_CACHE_HOME", ""), ("TRIVY_CACHE_DIR", " "), ("TRIVY_SERVER", "")])
        .ShouldSatisfyAllConditions(options => options.CacheDirectory.ShouldBe("/root/.cache/trivy"), options => options.Server.ShouldBeNull());

    [Fact]
    public void Read_CacheDirectoryIsRelative_IsMadeWhole() => Read([("CacheDirectory", "a/../b")]).CacheDirectory.ShouldBe(Path.GetFullPath("b"));

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("1", true)]
    [InlineData(" true ", true)]
    [InlineData("false", false)]
    [InlineData("False", false)]
    [InlineData("0", false)]
    [InlineData("", false)]
    public void Read_Flag_IsTrueOrFalseInAnyForm(string text, bool expected) => Read([("OfflineScan", text)]).OfflineScan.ShouldBe(expected);

    // Each of Trivy's own variables, and that no other stands in for it.
    [Theory]
    [InlineData("TRIVY_SKIP_DB_UPDATE", true, false, false)]
    [InlineData("TRIVY_SKIP_JAVA_DB_UPDATE", false, true, false)]
    [InlineData("TRIVY_OFFLINE_SCAN", false, false, true)]
    [InlineData("TRIVY_OTHER", false, false, false)]
    public void Read_VariableOfAFlag_IsItsOwn(string variable, bool skipDb, bool skipJava, bool offline)
    {
        var options = Read([], [(variable, "true")]);

        (options.SkipDbUpdate, options.SkipJavaDbUpdate, options.OfflineScan).ShouldBe((skipDb, skipJava, offline));
    }

    [Theory]
    [InlineData("DbRepositories", "TRIVY_DB_REPOSITORY")]
    [InlineData("JavaDbRepositories", "TRIVY_JAVA_DB_REPOSITORY")]
    public void Read_Repositories_AreAListOrPartedByCommas(string name, string variable)
    {
        Repositories(Read([(name, " a/db:2 ,, b/db:2, ")]), name).ShouldBe(["a/db:2", "b/db:2"]);
        Repositories(Read([(name + ":0", " a/db:2 "), (name + ":1", ""), (name + ":2", "b/db:2")]), name).ShouldBe(["a/db:2", "b/db:2"]);
        Repositories(Read([], [(variable, "c/db:2")]), name).ShouldBe(["c/db:2"]);
        Repositories(Read([(name + ":0", " ")], [(variable, "c/db:2")]), name).ShouldBe(["c/db:2"]);

        static IReadOnlyList<string> Repositories(TrivyOptions options, string name) =>
            name == "DbRepositories" ? options.DbRepositories : options.JavaDbRepositories;
    }

    [Theory]
    [InlineData("http://trivy:4954", true)]
    [InlineData("https://trivy", true)]
    [InlineData("HTTPS://trivy", true)]
    [InlineData("ftp://trivy", false)]
    [InlineData("file:///trivy", false)]
    [InlineData("/trivy", false)]
    public void Read_Server_IsAWebAddress(string text, bool expected)
    {
        if (expected)
        {
            Read([("Server", text)]).Server.ShouldBe(new Uri(text));
        }
        else
        {
            Should.Throw<TrivyOptionsException>(() => Read([("Server", text)])).Message
                .ShouldStartWith($"Plugins:Trivy:Server is '{text}': expected the URL of a Trivy server");
        }
    }

    [Theory]
    [InlineData("memory", true)]
    [InlineData("fs", true)]
    [InlineData("redis://:pw@redis:6379", true)]
    [InlineData("rediss://:pw@redis:6379", false)]
    [InlineData("Memory", false)]
    public void Read_CacheBackend_IsOneOfTrivysAndNeverShown(string text, bool expected)
    {
        if (expected) Read([("CacheBackend", text)]).CacheBackend.ShouldBe(text);
        else Should.Throw<TrivyOptionsException>(() => Read([("CacheBackend", text)])).Message.ShouldNotContain(text, Case.Sensitive);
    }

    [Theory]
    [InlineData("1h", 3600)]
    [InlineData("90m", 5400)]
    [InlineData("1h1m1s", 3661)]
    [InlineData("1.00:00:00", 86400)]
    [InlineData(" 5s ", 5)]
    public void Read_TimeoutInEachForm_IsADuration(string text, int seconds) => Read([("Timeout", text)]).Timeout.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("5m10h")]
    [InlineData("10")]
    [InlineData("1d")]
    [InlineData("m")]
    [InlineData("10 m")]
    [InlineData("00:00:00")]
    public void Read_TimeoutInAnotherForm_IsRefused(string text) =>
        Should.Throw<TrivyOptionsException>(() => Read([("Timeout", text)])).Message.ShouldContain("expected a time above zero");

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2147483591", 2147483591)]
    public void Read_MaximumOutputBytes_IsUpToTheLargestArray(string text, long expected) =>
        Read([("MaximumOutputBytes", text)]).MaximumOutputBytes.ShouldBe(expected);

    [Theory]
    [InlineData("2147483592")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.0")]
    public void Read_MaximumOutputBytesThatNoArrayHas_IsRefused(string text) =>
        Should.Throw<TrivyOptionsException>(() => Read([("MaximumOutputBytes", text)])).Message
            .ShouldStartWith($"Plugins:Trivy:MaximumOutputBytes is '{text}'");

    [Theory]
    [InlineData("enabled")]
    [InlineData("skipdbupdate")]
    public void Read_SettingInOtherCapitals_IsKnown(string name) => Should.NotThrow(() => Read([(name, "true")]));

    [Fact]
    public void ToString_OfAny_ShowsNoSecret()
    {
        Read([("Server", "http://trivy:4954/path?token=x"), ("Token", "t0ken"), ("CacheBackend", "redis://:pw@redis")]).ToString()
            .ShouldBe("trivy with the server http://trivy:4954");
        Read([("CacheDirectory", "/cache"), ("CacheBackend", "redis://:pw@redis")]).ToString().ShouldBe("trivy with /cache");
    }

    [Fact]
    public void Settings_AsTheHostShowsThem_NameVariableDefaultAndWhatIsSecret() =>
        TrivySettings.All
            .Select(setting => setting.ToOption())
            .Select(option => $"{option.Key}|{option.Default}|{option.Example}|{option.IsSecret}|{Variable(option.Description)}")
            .ShouldBe(
        [
            "Path|trivy on the PATH, else in the plugin's folder|/opt/trivy/trivy|False|",
            "Server|none: matched here, with a database in CacheDirectory|http://trivy:4954|False|TRIVY_SERVER",
            "Token|||True|TRIVY_TOKEN",
            "CacheDirectory|$XDG_CACHE_HOME/trivy, else ~/.cache/trivy||False|TRIVY_CACHE_DIR",
            "CacheBackend|memory||True|TRIVY_CACHE_BACKEND",
            "SkipDbUpdate|false||False|TRIVY_SKIP_DB_UPDATE",
            "SkipJavaDbUpdate|false||False|TRIVY_SKIP_JAVA_DB_UPDATE",
            "OfflineScan|false||False|TRIVY_OFFLINE_SCAN",
            "DbRepositories|Trivy's own|mirror.example/trivy-db:2|False|TRIVY_DB_REPOSITORY",
            "JavaDbRepositories|Trivy's own|mirror.example/trivy-java-db:1|False|TRIVY_JAVA_DB_REPOSITORY",
            "Timeout|none: the deadline of the scan|10m|False|",
            "MaximumOutputBytes|268435456||False|",
        ]);

    private static string Variable(string description) =>
        description.Split(" Where not set: the variable ") is [_, var variable] ? variable.TrimEnd('.') : "";

    private static TrivyOptions Read((string Name, string Value)[] settings, (string Name, string Value)[]? variables = null)
    {
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value))
            .Build();
        return new TrivyOptionsReader(section, name => (variables ?? []).FirstOrDefault(variable => variable.Name == name).Value).Read();
    }
}
