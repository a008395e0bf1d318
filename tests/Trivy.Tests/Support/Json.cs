using System.Text;

namespace RegistryOperator.Trivy.Tests.Support;

/// <summary>Reports written in a test.</summary>
internal static class Json
{
    /// <summary>A report with one result.</summary>
    public static byte[] Report(string vulnerabilities, string type = "debian", string metadata = "{}") => Encoding.UTF8.GetBytes(
        $$"""{"SchemaVersion":2,"ArtifactName":"x","Metadata":{{metadata}},"Results":[""" +
        $$"""{"Target":"x (debian 12)","Class":"os-pkgs","Type":"{{type}}","Vulnerabilities":{{vulnerabilities}}}]}""");

    /// <summary>A vulnerability with further members.</summary>
    public static string Vulnerability(string members = "") =>
        $$"""{"VulnerabilityID":"CVE-2023-4911","PkgName":"libc6","InstalledVersion":"2.36-9","Severity":"HIGH"{{(members == "" ? "" : "," + members)}}}""";
}
