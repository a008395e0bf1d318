using RegistryOperator.Testing.Images;

namespace Samples.Tests;

/// <summary>Provenance of test images.</summary>
internal static class Statements
{
    public static TestArtifact Artifact(TestImage image, string? statement = null) => new ArtifactBuilder()
        .WithType("application/vnd.in-toto+json")
        .WithSubject(image.Descriptor)
        .WithFile("application/vnd.in-toto+json", statement ?? Provenance(image))
        .Build();

    public static string Provenance(TestManifest about, string type = "https://slsa.dev/provenance/v1") => $$"""
        {"_type":"https://in-toto.io/Statement/v1","predicateType":"{{type}}",
         "subject":[{"name":"app","digest":{"sha256":"{{about.Digest.Encoded}}"} }],
         "predicate":{
           "buildDefinition":{"resolvedDependencies":[{"uri":"https://git.example.com/team/app","digest":{"gitCommit":"0a1b2c"} }]},
           "runDetails":{"builder":{"id":"https://ci.example.com/builder"} } } }
        """;
}
