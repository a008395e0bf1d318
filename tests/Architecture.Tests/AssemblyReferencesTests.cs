using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RegistryOperator.Architecture.Tests;

/// <summary>The arrows between our assemblies, read from what the compiler wrote.</summary>
public class AssemblyReferencesTests
{
    private static readonly CSharpCompilationOptions Library = new(OutputKind.DynamicallyLinkedLibrary);
    private static readonly MetadataReference Runtime = MetadataReference.CreateFromFile(typeof(object).Assembly.Location);

    [Theory]
    [InlineData("src", "registry-operator")]
    [InlineData("plugins", "RegistryOperator.Plugins.Trivy")]
    public void Assemblies_ReferenceOnlyWhatTheyMayKnow(string folder, string oneOfThem)
    {
        var built = AssemblyReferences.BuiltFrom(folder).ToArray();

        built.ShouldContain(assembly => assembly.Name == oneOfThem && assembly.References.Contains("RegistryOperator.Abstractions"));
        built.SelectMany(AssemblyReferences.Problems).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("RegistryOperator.Plugins.Planted", "RegistryOperator.Oci")]
    [InlineData("RegistryOperator.Plugins.Planted", "RegistryOperator.Plugins.Trivy")]
    [InlineData("RegistryOperator.Plugins.Planted", "registry-operator")]
    [InlineData("RegistryOperator.Abstractions", "RegistryOperator.Oci")]
    [InlineData("RegistryOperator.Oci", "RegistryOperator.Kubernetes")]
    [InlineData("RegistryOperator.Sboms", "RegistryOperator.Reports")]
    [InlineData("RegistryOperator.Reports", "RegistryOperator.Reports.Sqlite")]
    [InlineData("RegistryOperator.Kubernetes", "RegistryOperator.Abstractions")]
    [InlineData("registry-operator", "RegistryOperator.Plugins.Trivy")]
    [InlineData("registry-operator", "RegistryOperator.Testing")]
    public void Assembly_ReferenceThatMayNotBe_IsNoticed(string name, string reference) =>
        AssemblyReferences.Problems(Compile(name, reference)).ShouldBe([$"{name} -> {reference}"]);

    [Theory]
    [InlineData("RegistryOperator.Plugins.Planted", "RegistryOperator.Abstractions")]
    [InlineData("registry-operator", "RegistryOperator.Oci")]
    [InlineData("RegistryOperator.Kubernetes", "KubernetesClient")]
    public void Assembly_ReferenceThatMayBe_IsNotNoticed(string name, string reference) =>
        AssemblyReferences.Problems(Compile(name, reference)).ShouldBeEmpty();

    [Fact]
    public void Assembly_WithoutARule_IsNoticed() =>
        AssemblyReferences.Problems(Compile("RegistryOperator.Planted", "RegistryOperator.Abstractions"))
            .ShouldHaveSingleItem().ShouldStartWith("RegistryOperator.Planted has no rule");

    private static OwnReferences Compile(string name, string reference)
    {
        var known = CSharpCompilation.Create(reference, [CSharpSyntaxTree.ParseText("public class Known;")], [Runtime], Library);
        var planted = CSharpCompilation.Create(
            name, [CSharpSyntaxTree.ParseText("public class Planted : Known;")], [Runtime, known.ToMetadataReference()], Library);
        var file = new MemoryStream();
        planted.Emit(file).Success.ShouldBeTrue();
        file.Position = 0;
        return OwnReferences.Read(file);
    }
}
