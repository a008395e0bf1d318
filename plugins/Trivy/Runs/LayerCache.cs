using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Trivy.Options;

namespace RegistryOperator.Plugins.Trivy.Runs;

/// <summary>
/// Keeps the images of one repository from answering for those of another, where Trivy keeps what it found in layers (cache folder, Redis, a Trivy
/// server). Trivy
/// believes an image's configuration about the digests of its unpacked layers, and takes what it found in a layer of that name before: whoever may push an
/// image
/// may write this cache. The files that are skipped are a part of the cache's key (<c>CalcKey</c> in Trivy's <c>pkg/cache/key.go</c>): one that is in no
/// image, named after the repository, gives each repository keys of its own.
/// </summary>
internal static class LayerCache
{
    private const int NameLength = 32;

    /// <summary>The variables of a run with what separates its keys; as they are where nothing outlives the run.</summary>
    /// <param name="variables">The variables.</param>
    /// <param name="request">The image.</param>
    /// <param name="options">Where the cache is.</param>
    /// <param name="inherited">The operator's own variables: the files that these skip are still skipped.</param>
    public static IReadOnlyDictionary<string, string> Separate(
        IReadOnlyDictionary<string, string> variables, ImageScanRequest request, TrivyOptions options, Func<string, string?> inherited)
    {
        if (options is { Server: null, CacheBackend: TrivyOptions.MemoryCache }) return variables;
        var own = $"registry-operator/{NameOf(request)}";
        var skipped = inherited(TrivyVariables.SkipFiles) is { } files && files.Trim() != "" ? $"{files},{own}" : own;
        return new Dictionary<string, string>(variables, StringComparer.Ordinal) { [TrivyVariables.SkipFiles] = skipped };
    }

    /// <summary>The repository, and how it is known to be that one.</summary>
    private static string NameOf(ImageScanRequest request)
    {
        var text = $"{request.Repository.Registry.AbsoluteUri}\n{request.Repository.Repository}\n"
            + $"{request.Security.InsecureSkipVerify}\n{request.Security.CertificateAuthorities}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..NameLength];
    }
}
