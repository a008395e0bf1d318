using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Plugins.RegistryAuth.Docker;

namespace RegistryOperator.Plugins.RegistryAuth.Local;

/// <summary>A file with logins.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Configuration">What it says.</param>
internal sealed record LocalConfiguration(string Path, DockerConfiguration Configuration)
{
    /// <summary>Makes the error of a problem.</summary>
    public CredentialException Unusable(string problem) => LocalConfigurations.Unusable(Path, problem);
}

/// <summary>
/// Where Docker and Podman keep logins, in the order in which go-containerregistry looks (<c>pkg/authn/keychain.go</c>), and so crane and the tools that are
/// built on it: Docker's, by <c>DOCKER_CONFIG</c> or in the home folder, then Podman's.
/// </summary>
/// <param name="variable">Finds a variable's value by its name.</param>
internal sealed class LocalConfigurations(Func<string, string?> variable)
{
    private const string DockerFile = "config.json";
    private const long LargestFile = 1024 * 1024;

    /// <summary>The files that are there. Read at each call: a login may be renewed.</summary>
    /// <exception cref="CredentialException">One can't be read, or is no such file.</exception>
    public IEnumerable<LocalConfiguration> Read()
    {
        foreach (var path in Paths().Distinct(StringComparer.Ordinal))
        {
            if (ReadFile(path) is not { } content) continue;
            yield return new LocalConfiguration(
                path, DockerConfiguration.Read(content, isLegacy: false, problem => Unusable(path, problem), needsEntries: false));
        }
    }

    /// <summary>A sentence for each file that a variable names and that is not there: where the person says that it is, he expects it to be used.</summary>
    public IEnumerable<string> Missing()
    {
        if (variable("DOCKER_CONFIG") is { Length: > 0 } folder && !File.Exists(Path.Combine(folder, DockerFile)))
        {
            yield return File.Exists(folder)
                ? $"DOCKER_CONFIG: {folder} is a file, and not the folder of a {DockerFile}; no login in it is used. Name its folder."
                : $"DOCKER_CONFIG: there is no {Path.Combine(folder, DockerFile)}, and ~/.docker is not looked into. Correct the variable, or unset it.";
        }

        if (variable("REGISTRY_AUTH_FILE") is { Length: > 0 } file && !File.Exists(file))
            yield return $"REGISTRY_AUTH_FILE: there is no file {file}. Correct the variable, or unset it.";
    }

    public static CredentialException Unusable(string path, string problem) =>
        new($"{path}: {problem}. Log in again, correct the file, or name a Secret in spec.credentialsSecret.");

    private static byte[]? ReadFile(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return null;
            if ((file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length > LargestFile) throw Unusable(path, "it is larger than 1 MiB");
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, "it can't be read");
        }
    }

    private IEnumerable<string> Paths()
    {
        var home = variable("HOME");
        if (variable("DOCKER_CONFIG") is { Length: > 0 } folder) yield return Path.Combine(folder, DockerFile);
        else if (!string.IsNullOrEmpty(home)) yield return Path.Combine(home, ".docker", DockerFile);
        if (variable("REGISTRY_AUTH_FILE") is { Length: > 0 } file) yield return file;
        if (variable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime) yield return Path.Combine(runtime, "containers", "auth.json");
        if (!string.IsNullOrEmpty(home)) yield return Path.Combine(home, ".config", "containers", "auth.json");
    }
}
