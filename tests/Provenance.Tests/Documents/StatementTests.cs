using System.Text;
using RegistryOperator.Plugins.Provenance.Documents;

namespace RegistryOperator.Provenance.Tests.Documents;

public sealed class StatementTests
{
    private const string Commit = "0f1e2d3c4b5a69788796a5b4c3d2e1f001122334";

    [Theory]
    // https://slsa.dev/spec/v0.1/provenance
    [InlineData(PredicateTypes.Slsa01, """
        {"builder":{"id":"b"},"recipe":{"type":"t","definedInMaterial":1,"arguments":{"x":"secret"}},
        "materials":[{"uri":"pkg:deb/debian/x","digest":{"sha256":"aa"}},{"uri":"git+https://forge.test/a/b@refs/heads/x","digest":{"sha1":"COMMIT"}}]}
        """)]
    [InlineData(PredicateTypes.Slsa01, """
        {"builder":{"id":"b"},"recipe":{"type":"t"},"materials":[{"uri":"https://forge.test/a/b.git","digest":{"sha1":"COMMIT"}}]}
        """)]
    // https://slsa.dev/spec/v0.2/provenance
    [InlineData(PredicateTypes.Slsa02, """
        {"builder":{"id":"b"},"buildType":"t","invocation":{"configSource":{"uri":"git+https://forge.test/a/b@refs/heads/x","digest":{"sha1":"COMMIT"}}}}
        """)]
    [InlineData(PredicateTypes.Slsa02, """
        {"builder":{"id":"b"},"buildType":"t","materials":[{"uri":"pkg:docker/x"},{"uri":"git+https://forge.test/a/b","digest":{"sha1":"COMMIT"}}]}
        """)]
    // BuildKit: the sources are in its metadata.
    [InlineData(PredicateTypes.Slsa02, """
        {"builder":{"id":"b"},"buildType":"t","invocation":{"configSource":{"entryPoint":"Dockerfile"}},
        "metadata":{"https://mobyproject.org/buildkit@v1#metadata":{"vcs":{"source":"https://u:p@forge.test/a/b.git","revision":"COMMIT"}}}}
        """)]
    // GitHub: https://actions.github.io/buildtypes/workflow/v1
    [InlineData(PredicateTypes.Slsa1, """
        {"buildDefinition":{"buildType":"t","externalParameters":{"workflow":{"repository":"https://forge.test/a/b","ref":"x"}},
        "resolvedDependencies":[{"uri":"git+https://forge.test/other","digest":{"gitCommit":"ffffffffff"}},
        {"uri":"git+https://forge.test/a/b@x","digest":{"gitCommit":"COMMIT"}}]},"runDetails":{"builder":{"id":"b"}}}
        """)]
    // Google Cloud Build
    [InlineData(PredicateTypes.Slsa1, """
        {"buildDefinition":{"buildType":"t","externalParameters":{"buildConfigSource":{"repository":"git+https://forge.test/a/b","path":"cloudbuild.yaml"}},
        "resolvedDependencies":[{"uri":"git+https://forge.test/a/b@refs/heads/x","digest":{"gitCommit":"COMMIT"}}]},"runDetails":{"builder":{"id":"b"}}}
        """)]
    // slsa-github-generator, container-based
    [InlineData(PredicateTypes.Slsa1, """
        {"buildDefinition":{"buildType":"t","externalParameters":{"source":{"uri":"git+https://forge.test/a/b@x","digest":{"sha1":"COMMIT"}}}},
        "runDetails":{"builder":{"id":"b"}}}
        """)]
    [InlineData(PredicateTypes.Slsa1, """
        {"buildDefinition":{"buildType":"t","resolvedDependencies":[{"uri":"git+https://forge.test/a/b@x","digest":{"gitCommit":"COMMIT"}}]},
        "runDetails":{"builder":{"id":"b"}}}
        """)]
    public void Read_Provenance_TellsBuilderAndSource(string predicateType, string predicate) => Read(predicateType, predicate).ShouldBe(
        new BuildFacts { Builder = "b", BuildType = "t", SourceRepository = "https://forge.test/a/b", SourceCommit = Commit });

    [Theory]
    [InlineData(PredicateTypes.Slsa01)]
    [InlineData(PredicateTypes.Slsa02)]
    [InlineData(PredicateTypes.Slsa1)]
    public void Read_ProvenanceThatSaysNothing_IsEmpty(string predicateType)
    {
        Read(predicateType, "{}").ShouldBe(new BuildFacts());
        Read(predicateType, """
            {"builder":[],"buildType":7,"recipe":"x","invocation":[1],"materials":{"a":1},"metadata":3,"buildDefinition":"x","runDetails":[]}
            """).ShouldBe(new BuildFacts());
    }

    [Fact]
    public void Read_ProvenanceWithATextThatIsNone_IsEmptyOrRefused()
    {
        Read(PredicateTypes.Slsa02, """{"builder":{"id":"\ud800"}}""").ShouldBe(new BuildFacts());
        Should.Throw<InvalidDocumentException>(() => Read(PredicateTypes.Slsa02, """{"builder":{"id":"b"},"\ud800":1}"""));
    }

    [Fact]
    public void Read_OtherPredicate_TellsNoBuild() => Read("https://spdx.dev/Document", "{}").ShouldBeNull();

    private static BuildFacts? Read(string predicateType, string predicate) => Statement.Read(Encoding.UTF8.GetBytes(
        $$"""{"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"app"}],"predicateType":"{{predicateType}}","predicate":"""
        + predicate.Replace("COMMIT", Commit, StringComparison.Ordinal) + "}")).Build;
}
