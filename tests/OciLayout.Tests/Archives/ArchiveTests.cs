using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsCheck;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.OciLayout.Tests.Support;
using RegistryOperator.Plugins.OciLayout.Archives;
using RegistryOperator.Plugins.OciLayout.Layouts;

namespace RegistryOperator.OciLayout.Tests.Archives;

public sealed class ArchiveTests : IDisposable
{
    private const string Configuration = """{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[DIFFS]}}""";
    private readonly LayoutOnDisk _disk = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _disk.Dispose();

    [Theory]
    [InlineData("", TarEntryFormat.Ustar)]
    [InlineData("./", TarEntryFormat.Pax)]
    [InlineData("", TarEntryFormat.Gnu)]
    [InlineData("", TarEntryFormat.V7)]
    public async Task OciArchive_IsReadAsTheLayoutInIt(string prefix, TarEntryFormat format)
    {
        var layer = _disk.AddBlob("layer");
        var manifest = _disk.AddTag("1.2", _disk.AddManifest("a"));
        var bare = _disk.AddEntry(_disk.AddManifest("b"));
        _disk.Write();
        Pack("images.tar", [.. Directory.EnumerateFiles(_disk.Root, "*", SearchOption.AllDirectories)
            .Select(file => (prefix + Path.GetRelativePath(_disk.Root, file), File.ReadAllBytes(file)))], format);
        var client = _disk.CreateArchiveClient("images.tar");

        (await client.ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(["1.2", bare.Digest.Encoded]);
        (await client.GetManifestAsync("1.2", Cancel)).Digest.ShouldBe(manifest.Digest);
        Encoding.UTF8.GetString((await client.ReadBlobAsync(layer, 100, Cancel)).Span).ShouldBe("layer");
        (await ReadAsync(client, layer)).ShouldBe("layer");
    }

    [Fact]
    public async Task OciArchive_WrittenAnew_IsReadAnew()
    {
        var client = _disk.CreateArchiveClient("images.tar");
        foreach (var tag in (string[])["1", "22"])
        {
            using var layout = new LayoutOnDisk();
            layout.AddTag(tag, layout.AddManifest(tag));
            layout.Write();
            Pack("images.tar", [.. Directory.EnumerateFiles(layout.Root, "*", SearchOption.AllDirectories)
                .Select(file => (Path.GetRelativePath(layout.Root, file), File.ReadAllBytes(file)))]);
            File.SetLastWriteTimeUtc(Path.Combine(_disk.Root, "images.tar"), DateTime.UnixEpoch.AddDays(tag.Length));

            (await client.ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe([tag]);
        }
    }

    [Fact]
    public async Task DockerArchive_EachImage_HasAManifestOfItsFiles()
    {
        byte[] plain = [.. Encoding.UTF8.GetBytes("plain layer")], compressed = Gzip("compressed layer");
        var configuration = ConfigurationOf(Digest.Compute(plain), Digest.Compute("compressed layer"u8));
        var digits = Digest.Compute(compressed).Encoded;
        Pack("images.tar",
        [
            ("abc.json", configuration), ("one/layer.tar", plain), (digits + ".tar.gz", compressed),
            ("manifest.json", Encoding.UTF8.GetBytes($$"""
                [{"Config":"abc.json","RepoTags":["team/app:1.0","team/app:latest"],"Layers":["one/layer.tar","{{digits}}.tar.gz"]},
                 {"Config":"abc.json","RepoTags":null,"Layers":["one/layer.tar"]}]
                """)),
        ]);
        var client = _disk.CreateArchiveClient("images.tar", "docker-archive", "whatever");

        var tags = await client.ListTagsAsync(Cancel).ToListAsync(Cancel);
        tags.Count.ShouldBe(3);
        tags.Take(2).ShouldBe(["1.0", "latest"]);
        var manifest = await client.GetManifestAsync("1.0", Cancel);
        manifest.MediaType.ShouldBe(MediaTypes.DockerManifest);
        manifest.Digest.ShouldBe(Digest.Compute(manifest.Content.Span));
        var image = manifest.ReadImageManifest();
        (await client.ReadBlobAsync(image.Config!, 1000, Cancel)).ToArray().ShouldBe(configuration);
        image.Layers!.Select(layer => (layer.Digest, layer.MediaType)).ShouldBe(
        [
            (Digest.Compute(plain), "application/vnd.docker.image.rootfs.diff.tar"),
            (Digest.Compute(compressed), "application/vnd.docker.image.rootfs.diff.tar.gzip"),
        ]);
        (await ReadAsync(client, image.Layers![0])).ShouldBe("plain layer");
        (await client.GetManifestAsync(tags[2], Cancel)).ReadImageManifest().Layers!.Count.ShouldBe(1);
    }

    /// <summary>Older versions of Docker write a layer once, and links to it.</summary>
    [Theory]
    [InlineData(TarEntryType.SymbolicLink, "../one/layer.tar", true)]
    [InlineData(TarEntryType.HardLink, "one/layer.tar", true)]
    [InlineData(TarEntryType.SymbolicLink, "../../../../etc/hostname", false)]
    [InlineData(TarEntryType.SymbolicLink, "/etc/hostname", false)]
    [InlineData(TarEntryType.HardLink, "../etc/hostname", false)]
    [InlineData(TarEntryType.SymbolicLink, "layer.tar", false)]
    public async Task DockerArchive_LinkOfALayer_LeadsToFilesOfTheArchiveAlone(TarEntryType type, string target, bool isFound)
    {
        var layer = Encoding.UTF8.GetBytes("layer");
        Pack(
            "images.tar",
            [
                ("abc.json", ConfigurationOf(Digest.Compute(layer))), ("one/layer.tar", layer),
                ("manifest.json", Encoding.UTF8.GetBytes("""[{"Config":"abc.json","RepoTags":["a:1"],"Layers":["two/layer.tar"]}]""")),
            ],
            links: [("two/layer.tar", type, target)]);
        var client = _disk.CreateArchiveClient("images.tar", "docker-archive");

        if (isFound)
        {
            (await ReadAsync(client, (await client.GetManifestAsync("1", Cancel)).ReadImageManifest().Layers![0])).ShouldBe("layer");
            return;
        }

        var error = await Should.ThrowAsync<RegistryException>(() => client.GetManifestAsync("1", Cancel));
        error.Message.ShouldContain("the layer 'two/layer.tar' is missing in it");
    }

    [Fact]
    public async Task DockerArchive_LayerThatIsNotWhatTheConfigurationSays_IsRefusedWhenItIsRead()
    {
        Pack("images.tar",
        [
            ("abc.json", ConfigurationOf(Digest.Compute("other"u8))),
            ("layer.tar", Encoding.UTF8.GetBytes("layer")),
            ("manifest.json", Encoding.UTF8.GetBytes("""[{"Config":"abc.json","RepoTags":["a:1"],"Layers":["layer.tar"]}]""")),
        ]);
        var client = _disk.CreateArchiveClient("images.tar", "docker-archive");
        var layer = (await client.GetManifestAsync("1", Cancel)).ReadImageManifest().Layers![0];

        var error = await Should.ThrowAsync<RegistryException>(() => ReadAsync(client, layer));
        error.Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
        error.Message.ShouldStartWith($"The file 'layer.tar' of the archive {Path.Combine(_disk.Root, "images.tar")} is not what its digest sha256:");
    }

    public static TheoryData<string, byte[], string> Unusable { get; } = new()
    {
        { "empty", [], "it is no tar archive" },
        { "text", Encoding.UTF8.GetBytes(new string('x', 2000)), "it is no tar archive, or a damaged one" },
        { "compressed", Gzip("x"), "it is compressed; decompress it first" },
        { "other things", Tar([("a.txt", [1])]), "it holds neither an OCI layout (index.json) nor what 'docker save' writes (manifest.json)" },
        { "no JSON", Tar([("manifest.json", "x"u8.ToArray())]), "the file 'manifest.json' is not what Docker writes" },
        { "no index", Tar([("oci-layout", "{}"u8.ToArray()), ("index.json", "[]"u8.ToArray())]), "the file 'index.json' is not an image index" },
        { "no configuration", Tar([("manifest.json", "[{}]"u8.ToArray())]), "an image of manifest.json names no configuration" },
        { "lost configuration", Tar([("manifest.json", """[{"Config":"../../etc/passwd"}]"""u8.ToArray())]), "the file '../../etc/passwd' is missing in it" },
        { "cut short", Tar([("manifest.json", new byte[5000])])[..2048], "it is cut short: of the file 'manifest.json' not all 5000 bytes are in it" },
        { "damaged", Damaged(), "it is damaged after the file 'a.txt'" },
        { "huge header", HugeHeader(), "it has a header of more than 1 MiB" },
    };

    private static byte[] Damaged()
    {
        var tar = Tar([("a.txt", [1]), ("b.txt", [2])]);
        tar.AsSpan(tar.AsSpan().LastIndexOf("b.txt"u8) / 512 * 512, 512).Fill((byte)'x');
        return tar;
    }

    [Theory]
    [MemberData(nameof(Unusable), DisableDiscoveryEnumeration = true)]
    public async Task Archive_ThatCannotBeUsed_SaysWhy(string name, byte[] content, string expected)
    {
        await File.WriteAllBytesAsync(Path.Combine(_disk.Root, "x.tar"), content, Cancel);

        var client = _disk.CreateArchiveClient("x.tar");
        var error = await Should.ThrowAsync<RegistryException>(async () => await client.ListTagsAsync(Cancel).ToListAsync(Cancel), name);

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldStartWith($"The archive {Path.Combine(_disk.Root, "x.tar")} can't be used: {expected}");
    }

    [Theory]
    [InlineData("gone.tar", RegistryErrorKind.NotFound, "There is no archive {0}.")]
    [InlineData("folder", RegistryErrorKind.NotFound,
        "{0} is no archive, but a folder, a pipe or a device. Name the file; a layout in a folder is read by oci-layout://{0}.")]
    [InlineData("link.tar", RegistryErrorKind.Denied, "Resources may not name the archive {0}.")]
    public async Task Archive_ThatIsNotThere_IsNamed(string file, RegistryErrorKind kind, string expected)
    {
        Directory.CreateDirectory(Path.Combine(_disk.Root, "folder"));
        File.CreateSymbolicLink(Path.Combine(_disk.Root, "link.tar"), "/etc/hostname");

        var error = await Should.ThrowAsync<RegistryException>(
            async () => await _disk.CreateArchiveClient(file).ListTagsAsync(Cancel).ToListAsync(Cancel));

        error.Kind.ShouldBe(kind);
        $"{error.Message} {error.Advice}".ShouldStartWith(string.Format(CultureInfo.InvariantCulture, expected, Path.Combine(_disk.Root, file)));
    }

    [Fact]
    public void OpenBlob_FolderBecameALinkAfterTheArchiveWasFound_ReadsNoOther()
    {
        var (layer, folder) = (Encoding.UTF8.GetBytes("layer"), Path.Combine(_disk.Root, "folder"));
        Directory.CreateDirectory(folder);
        Pack("folder/images.tar",
        [
            ("abc.json", ConfigurationOf(Digest.Compute(layer))), ("layer.tar", layer),
            ("manifest.json", Encoding.UTF8.GetBytes("""[{"Config":"abc.json","RepoTags":["a:1"],"Layers":["layer.tar"]}]""")),
        ]);
        var repository = new RepositoryReference(new Uri("docker-archive://" + Path.Combine(folder, "images.tar")), "a");
        var layout = LayoutFolder.OpenArchive(LayoutLocation.Parse(repository, [folder]), repository, new KnownArchive(), Cancel);
        var blob = new Descriptor { MediaType = MediaTypes.DockerImageConfig, Digest = Digest.Compute(layer), Size = layer.Length };
        layout.OpenBlob(blob).Dispose();

        Directory.Move(folder, Path.Combine(_disk.Root, "elsewhere"));
        Directory.CreateSymbolicLink(folder, Path.Combine(_disk.Root, "elsewhere"));

        Should.Throw<RegistryException>(() => layout.OpenBlob(blob)).Kind.ShouldBe(RegistryErrorKind.NotFound);
    }

    [Fact]
    public void ReadIndex_SameArchive_IsParsedOnce()
    {
        var layer = Encoding.UTF8.GetBytes("layer");
        Pack("images.tar",
        [
            ("abc.json", ConfigurationOf(Digest.Compute(layer))), ("layer.tar", layer),
            ("manifest.json", Encoding.UTF8.GetBytes("""[{"Config":"abc.json","RepoTags":["a:1"],"Layers":["layer.tar"]}]""")),
        ]);
        var repository = new RepositoryReference(new Uri("docker-archive://" + Path.Combine(_disk.Root, "images.tar")), "a");
        var known = new KnownArchive();

        ImageIndex Read() => LayoutFolder.OpenArchive(LayoutLocation.Parse(repository, [_disk.Root]), repository, known, Cancel).ReadIndex();

        Read().ShouldBeSameAs(Read());
    }

    [Theory]
    [InlineData("nginx", "1")]
    [InlineData("library/nginx", "1")]
    [InlineData("docker.io/library/nginx", "1")]
    [InlineData("bitnami/nginx", "2")]
    [InlineData("example.com/bitnami/nginx", "2")]
    [InlineData("example.com:5000/team/app", "3")]
    [InlineData("team/app", "3")]
    [InlineData("app", "4")]
    [InlineData("localhost/app", "4")]
    [InlineData("other", "1 2 3 4")]
    public async Task DockerArchive_ImagesOfSeveralRepositories_ListsThoseOfTheOneAskedFor(string repository, string expected)
    {
        var layer = Encoding.UTF8.GetBytes("layer");
        Pack("images.tar",
        [
            ("abc.json", ConfigurationOf(Digest.Compute(layer))), ("layer.tar", layer),
            ("manifest.json", Encoding.UTF8.GetBytes("""
                [{"Config":"abc.json","RepoTags":["nginx:1","example.com/bitnami/nginx:2","example.com:5000/team/app:3","localhost/app:4"],
                  "Layers":["layer.tar"]}]
                """)),
        ]);
        var client = _disk.CreateArchiveClient("images.tar", "docker-archive", repository);

        (await client.ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(expected.Split(' '));
    }

    [Fact]
    public void Archive_OutsideOfTheFoldersAllowed_IsRefused() =>
        Should.Throw<RegistryException>(() => _disk.CreateArchiveClient("x.tar", allowed: [Path.Combine(_disk.Root, "other")]))
            .Kind.ShouldBe(RegistryErrorKind.Denied);

    [Fact]
    public void Archive_DamagedAnywhere_IsNothingUnexpected()
    {
        var layer = Encoding.UTF8.GetBytes("layer");
        var whole = Tar(
        [
            ("abc.json", ConfigurationOf(Digest.Compute(layer))),
            ("one/" + new string('n', 200) + "/layer.tar", layer),
            ("manifest.json", Encoding.UTF8.GetBytes($$"""[{"Config":"abc.json","RepoTags":["a:1"],"Layers":["one/{{new string('n', 200)}}/layer.tar"]}]""")),
        ]);
        var path = Path.Combine(_disk.Root, "x.tar");

        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, whole.Length]).Sample(
            (at, value, length) =>
            {
                var damaged = whole.ToArray();
                damaged[at] = value;
                File.WriteAllBytes(path, damaged[..Math.Max(length, at)]);
                var client = _disk.CreateArchiveClient("x.tar", "docker-archive");
                try
                {
                    foreach (var tag in client.ListTagsAsync(CancellationToken.None).ToBlockingEnumerable())
                        _ = client.GetManifestAsync(tag, CancellationToken.None).GetAwaiter().GetResult();
                }
                catch (RegistryException)
                {
                    // What a user is told.
                }
            },
            iter: 500, threads: 1);
    }

    private static byte[] ConfigurationOf(params Digest[] layers) =>
        Encoding.UTF8.GetBytes(Configuration.Replace("DIFFS", string.Join(',', layers.Select(layer => $"\"{layer}\"")), StringComparison.Ordinal));

    private static async Task<string> ReadAsync(IRegistryClient client, Descriptor blob)
    {
        await using var stream = await client.OpenBlobAsync(blob, Cancel);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancel);
    }

    private void Pack(
        string file, (string Name, byte[] Content)[] files, TarEntryFormat format = TarEntryFormat.Pax,
        (string Name, TarEntryType Type, string Target)[]? links = null) =>
        File.WriteAllBytes(Path.Combine(_disk.Root, file), Tar(files, format, links));

    private static byte[] Tar(
        (string Name, byte[] Content)[] files, TarEntryFormat format = TarEntryFormat.Pax, (string Name, TarEntryType Type, string Target)[]? links = null)
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, format, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name),
                    _ => new PaxTarEntry(TarEntryType.RegularFile, name),
                };
                entry.DataStream = new MemoryStream(content);
                writer.WriteEntry(entry);
            }

            foreach (var (name, type, target) in links ?? []) writer.WriteEntry(new PaxTarEntry(type, name) { LinkName = target });
        }

        return archive.ToArray();
    }

    private static byte[] HugeHeader()
    {
        var archive = Tar([("a", [1])], TarEntryFormat.Ustar);
        archive[156] = (byte)'x';
        Encoding.ASCII.GetBytes("17777777777").CopyTo(archive, 124);
        // The sum of all bytes, the field itself taken as spaces.
        Encoding.ASCII.GetBytes("        ").CopyTo(archive, 148);
        var sum = archive.Take(512).Sum(value => value);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(archive, 148);
        return archive;
    }

    private static byte[] Gzip(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }
}
