using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Reports.Sqlite.Tests;

/// <summary>What the store does when its file or its disk is not as it should be.</summary>
public sealed class StoreFaultTests : IAsyncDisposable
{
    private readonly ReportSandbox _sandbox = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task OpenAsync_NewFolder_IsForItsOwnerOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        var store = await _sandbox.OpenAsync();
        await store.SaveAsync(Sbom(Image("a")), Token);

        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.GetUnixFileMode(_sandbox.DataDirectory).ShouldBe(Private | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(_sandbox.DataDirectory)) File.GetUnixFileMode(file).ShouldBe(Private, file);
    }

    [Fact]
    public async Task OpenAsync_NoDatabase_SetsItAsideAndBeginsANewOne()
    {
        Directory.CreateDirectory(_sandbox.DataDirectory);
        await File.WriteAllTextAsync(_sandbox.File, new string('x', 10_000), Token);

        var store = await _sandbox.OpenAsync();
        await store.SaveAsync(Sbom(Image("a")), Token);

        (await store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem();
        var (level, message) = _sandbox.Log.Messages.ShouldHaveSingleItem();
        level.ShouldBe(LogLevel.Warning);
        message.ShouldContain($"{_sandbox.File}.damaged-20260102T030405Z");
        (await File.ReadAllTextAsync(_sandbox.File + ".damaged-20260102T030405Z", Token)).Length.ShouldBe(10_000);
    }

    [Fact]
    public async Task OpenAsync_PagesOverwritten_SetsTheFileAsideAndBeginsANewOne()
    {
        var store = await _sandbox.OpenAsync();
        for (var number = 0; number < 50; number++)
        {
            var packages = Enumerable.Range(0, 50).Select(index => Package($"p{index}", $"{number}"));
            await store.SaveAsync(Sbom(Image($"{number}"), [.. packages]), Token);
        }

        await store.DisposeAsync();
        await using (var file = File.Open(_sandbox.File, FileMode.Open))
        {
            file.Position = file.Length / 2;
            await file.WriteAsync(Enumerable.Repeat((byte)0xAA, 20_000).ToArray(), Token);
        }

        store = await _sandbox.OpenAsync();

        (await store.FindAsync([Image("1")], Token)).ShouldBeEmpty();
        _sandbox.Log.Messages.ShouldHaveSingleItem().Message.ShouldContain("damaged");
    }

    [Fact]
    public async Task OpenAsync_LaterSchema_IsRefusedAndLeftAlone()
    {
        await (await _sandbox.OpenAsync()).DisposeAsync();
        await ExecuteAsync("PRAGMA user_version = 99");

        var error = await Should.ThrowAsync<ReportStoreException>(() => _sandbox.OpenAsync());

        error.Message.ShouldContain("schema 99");
        _sandbox.Log.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task OpenAsync_DatabaseOfAnotherProgram_IsRefusedAndLeftAlone()
    {
        Directory.CreateDirectory(_sandbox.DataDirectory);
        await ExecuteAsync("CREATE TABLE invoices (id INTEGER)");

        (await Should.ThrowAsync<ReportStoreException>(() => _sandbox.OpenAsync())).Message.ShouldContain("another program");
    }

    [Fact]
    public async Task OpenAsync_FolderIsAFile_SaysSo()
    {
        await File.WriteAllTextAsync(_sandbox.DataDirectory, "", Token);

        (await Should.ThrowAsync<ReportStoreException>(() => _sandbox.OpenAsync())).Message.ShouldContain(_sandbox.DataDirectory);
    }

    [Fact]
    public async Task OpenAsync_ReadOnlyWithoutAStore_SaysWhereItLooked()
    {
        var error = await Should.ThrowAsync<ReportStoreMissingException>(() => _sandbox.OpenAsync(options => options with { IsReadOnly = true }));

        error.Message.ShouldContain(_sandbox.DataDirectory);
        Directory.Exists(_sandbox.DataDirectory).ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenAsync_ReadOnly_ReadsBesideAndAfterTheOperator(bool isRunning)
    {
        var store = await _sandbox.OpenAsync();
        await store.SaveAsync(Sbom(Image("a")), Token);
        if (!isRunning) await store.DisposeAsync();

        var reader = await _sandbox.OpenAsync(options => options with { IsReadOnly = true });

        (await reader.FindAsync([Image("a")], Token)).ShouldHaveSingleItem();
        await Should.ThrowAsync<InvalidOperationException>(() => reader.SaveAsync(Sbom(Image("b")), Token));
    }

    [Fact]
    public async Task SaveAsync_LockedByAnotherProcess_SaysSoAndWorksAfterwards()
    {
        var store = await _sandbox.OpenAsync();
        await using (var other = await ConnectAsync())
        {
            await ExecuteAsync(other, "BEGIN IMMEDIATE");
            (await Should.ThrowAsync<ReportStoreException>(() => store.SaveAsync(Sbom(Image("a")), Token))).Message.ShouldContain("locked by another process");
            (await store.FindAsync([Image("a")], Token)).ShouldBeEmpty("reading does not wait for a writer");
        }

        await store.SaveAsync(Sbom(Image("a")), Token);
        (await store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task SaveAsync_DiskFull_SavesNothingOfTheReportAndKeepsTheOthers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can mount a small disk.");
        Directory.CreateDirectory(_sandbox.DataDirectory);
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _sandbox.DataDirectory);
        try
        {
            var store = await _sandbox.OpenAsync();
            await store.SaveAsync(Sbom(Image("small")), Token);
            var large = Sbom(Image("large"), Package("bash", "5")) with { Documents = [new("application/octet-stream", Random(2_000_000))] };

            (await Should.ThrowAsync<ReportStoreException>(() => store.SaveAsync(large, Token))).Message.ShouldContain("free space");

            (await store.FindAsync([Image("small"), Image("large")], Token)).ShouldHaveSingleItem().Key.Digest.ShouldBe(Image("small"));
            await store.SaveAsync(Sbom(Image("another")), Token);
            await store.DisposeAsync();
        }
        finally
        {
            await RunAsync("umount", "-l", _sandbox.DataDirectory);
        }
    }

    [Fact]
    public void Translate_EverySqliteError_TellsThePathAndWhatToDo()
    {
        foreach (var code in new[] { 3, 5, 6, 7, 8, 10, 11, 13, 14, 23, 26 })
        {
            var message = StoreErrors.Translate(new SqliteException("detail", code), "/data/reports.db").Message;
            message.ShouldContain("/data/reports.db");
            message.ShouldContain(':');
        }
    }

    [Fact]
    public void Translate_DiskFull_NamesTheSettingToLower() =>
        StoreErrors.Translate(new SqliteException("detail", 13), "/data/reports.db").Message.ShouldContain("lower Reports:MaximumTotalMiB");

    [Theory]
    [InlineData(3, "readable and writable by the user")]
    [InlineData(5, "locked by another process")]
    [InlineData(6, "locked by another process")]
    [InlineData(7, "raise the process's memory limit")]
    [InlineData(8, "mount its volume writable")]
    [InlineData(10, "Reading or writing /data/reports.db failed (SQLite Error 10: 'detail'.)")]
    [InlineData(11, "restart the operator")]
    [InlineData(13, "free space there")]
    [InlineData(14, "the folder must exist")]
    [InlineData(23, "readable and writable by the user")]
    [InlineData(26, "restart the operator")]
    [InlineData(1, "The report store /data/reports.db failed: ")]
    public void Translate_SqliteError_SaysWhatToDoAboutIt(int code, string advice)
    {
        var error = new SqliteException($"SQLite Error {code}: 'detail'.", code);

        var told = StoreErrors.Translate(error, "/data/reports.db");

        told.Message.ShouldContain(advice);
        told.InnerException.ShouldBe(error);
        StoreErrors.IsDamage(error).ShouldBe(code is 11 or 26);
    }

    [Fact]
    public void Translate_OtherErrors_AreToldOnceAndWithTheFolder()
    {
        var told = new ReportTooLargeException("told");
        StoreErrors.Translate(told, "/data/reports.db").ShouldBeSameAs(told);
        StoreErrors.Translate(new UnauthorizedAccessException("Denied."), "/data/reports.db").Message
            .ShouldBe("Denied. The reports' folder /data must belong to the user that runs this process.");
        StoreErrors.Translate(new IOException("Broken."), "/data/reports.db").Message.ShouldBe("The report store /data/reports.db can't be used: Broken.");
    }

    [Fact]
    public async Task OpenAsync_ReadOnlyOfAnEarlierSchema_SaysToStartTheOperator()
    {
        await (await _sandbox.OpenAsync()).DisposeAsync();
        await ExecuteAsync("PRAGMA user_version = 0");

        (await Should.ThrowAsync<ReportStoreException>(() => _sandbox.OpenAsync(options => options with { IsReadOnly = true })))
            .Message.ShouldContain("earlier version");
    }

    [Theory]
    [InlineData(true, "another program")]
    [InlineData(false, "schema 99")]
    public async Task OpenAsync_ReadOnlyOfWhatIsNotItsOwn_IsRefused(bool isAnothers, string complaint)
    {
        await (await _sandbox.OpenAsync()).DisposeAsync();
        await ExecuteAsync(isAnothers ? "PRAGMA application_id = 1" : "PRAGMA user_version = 99");

        (await Should.ThrowAsync<ReportStoreException>(() => _sandbox.OpenAsync(options => options with { IsReadOnly = true })))
            .Message.ShouldContain(complaint);
    }

    [Fact]
    public async Task OpenAsync_Again_KeepsSchemaAndReports()
    {
        var store = await _sandbox.OpenAsync();
        await store.SaveAsync(Sbom(Image("a")), Token);
        await store.DisposeAsync();

        store = await _sandbox.OpenAsync();

        (await store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem();
        _sandbox.Log.Messages.ShouldBeEmpty();
        Directory.GetFiles(_sandbox.DataDirectory, "*damaged*").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("UPDATE documents SET content = x'00'", "can't be decompressed")]
    [InlineData("UPDATE documents SET size = size + 1", "can't be decompressed")]
    public async Task ReadDocumentsAsync_DamagedContent_SaysToScanAgain(string damage, string complaint)
    {
        var store = await _sandbox.OpenAsync();
        var report = SampleReports.Vulnerabilities(Image("a"), Found("CVE-2026-1", "bash", "5.0")) with { Documents = [Document("main")] };
        await store.SaveAsync(report, Token);
        await ExecuteAsync(damage);

        (await Should.ThrowAsync<ReportStoreException>(() => store.ReadDocumentsAsync(report.Report.Key, Token))).Message.ShouldContain(complaint);
        (await Should.ThrowAsync<ReportStoreException>(() => store.ReadVulnerabilitiesAsync(report.Report.Key, Token))).Message.ShouldContain(complaint);
    }

    [Fact]
    public async Task ReadVulnerabilitiesAsync_ContentThatIsNone_SaysToScanAgain()
    {
        var store = await _sandbox.OpenAsync();
        var report = SampleReports.Vulnerabilities(Image("a"), Found("CVE-2026-1", "bash", "5.0")) with
        {
            Documents = [Document("no list of vulnerabilities")],
        };
        await store.SaveAsync(report, Token);
        await ExecuteAsync("UPDATE report_documents SET document = (SELECT document FROM report_documents WHERE position = 0) WHERE position = -1");

        var error = await Should.ThrowAsync<ReportStoreException>(() => store.ReadVulnerabilitiesAsync(report.Report.Key, Token));

        error.Message.ShouldContain(Image("a").ToString());
        error.Message.ShouldContain("scan the image again");
    }

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments))!;
        await process.WaitForExitAsync(Token);
        Assert.SkipUnless(process.ExitCode == 0, $"{program} is not allowed here.");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await ExecuteAsync(connection, sql);
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task<SqliteConnection> ConnectAsync()
    {
        var connection = new SqliteConnection($"Data Source={_sandbox.File};Pooling=False");
        await connection.OpenAsync(Token);
        return connection;
    }
}
