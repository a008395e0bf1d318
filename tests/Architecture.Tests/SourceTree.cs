using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RegistryOperator.Architecture.Tests;

/// <summary>A file of C#.</summary>
/// <param name="Path">Its path below the repository's root, with slashes.</param>
/// <param name="Text">Its text.</param>
internal sealed record SourceFile(string Path, string Text)
{
    public SyntaxNode Root => field ??= CSharpSyntaxTree.ParseText(Text, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();
}

/// <summary>The sources below a folder of the repository, as they are written: what the compiler folds away, such as constants, counts too.</summary>
internal sealed class SourceTree(IReadOnlyList<SourceFile> files)
{
    public IReadOnlyList<SourceFile> Files { get; } = files;

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All files of C# below a folder, without what builds leave.</summary>
    public static SourceTree Of(params IEnumerable<string> folders) => new(
    [
        .. folders.SelectMany(folder => Directory.EnumerateFiles(System.IO.Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(path => System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, File.ReadAllText(System.IO.Path.Combine(Root, path)))),
    ]);

    /// <summary>The tree with one file more, to see that a rule notices it.</summary>
    public SourceTree With(string path, string text) => new([.. Files.Where(file => file.Path != path), new SourceFile(path, text)]);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Framework.sln")))
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Framework.sln above the tests.");
        return folder;
    }
}

/// <summary>Reads names out of sources.</summary>
internal static class Names
{
    /// <summary>The types that a file declares, nested ones left out: others name them by the outer one.</summary>
    public static IEnumerable<string> DeclaredIn(SourceFile file) => file.Root.DescendantNodes(node => node is not TypeDeclarationSyntax)
        .Select(node => node switch
        {
            BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
            DelegateDeclarationSyntax type => type.Identifier.ValueText,
            _ => null,
        })
        .OfType<string>();

    /// <summary>Every name that a file uses and that may be a type's: no members of something, and none of the file's own.</summary>
    public static IReadOnlySet<string> TypesUsedIn(SourceFile file)
    {
        var used = UsedIn(file, IsMember);
        used.ExceptWith(file.Root.DescendantNodes().Select(NameOfMember).OfType<string>());
        return used;
    }

    /// <summary>The name that a file gives to something other than a type. A property may be called as its type.</summary>
    private static string? NameOfMember(SyntaxNode node) => node switch
    {
        PropertyDeclarationSyntax property when property.Type.ToString().TrimEnd('?') != property.Identifier.ValueText => property.Identifier.ValueText,
        ParameterSyntax parameter when parameter.Type?.ToString().TrimEnd('?') != parameter.Identifier.ValueText => parameter.Identifier.ValueText,
        TupleElementSyntax element when element.Type.ToString().TrimEnd('?') != element.Identifier.ValueText => element.Identifier.ValueText,
        EnumMemberDeclarationSyntax member => member.Identifier.ValueText,
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        _ => null,
    };

    /// <summary>Every name that a file uses: of types, members and namespaces alike.</summary>
    public static HashSet<string> UsedIn(SourceFile file) => UsedIn(file, _ => false);

    private static HashSet<string> UsedIn(SourceFile file, Func<SimpleNameSyntax, bool> isLeftOut) => file.Root.DescendantNodes().OfType<SimpleNameSyntax>()
        .Where(name => !isLeftOut(name)).Select(name => name.Identifier.ValueText).ToHashSet(StringComparer.Ordinal);

    private static bool IsMember(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Name == name && !access.Expression.ToString().StartsWith("RegistryOperator.", StringComparison.Ordinal),
        MemberBindingExpressionSyntax => true,
        AssignmentExpressionSyntax assignment => assignment.Left == name && assignment.Parent is InitializerExpressionSyntax,
        NameColonSyntax or NameEqualsSyntax => true,
        _ => false,
    };

    /// <summary>The string literals.</summary>
    public static IEnumerable<string> TextsIn(SourceFile file) => file.Root.DescendantTokens()
        .Where(token => token.IsKind(SyntaxKind.StringLiteralToken) && token.ValueText.Length > 0).Select(token => token.ValueText);

    /// <summary>The last two parts of every <c>A.B</c>.</summary>
    public static IEnumerable<(string Left, string Right)> PairsIn(SourceFile file) => file.Root.DescendantNodes().Select(node => node switch
    {
        MemberAccessExpressionSyntax access => (LastOf(access.Expression), access.Name.Identifier.ValueText),
        QualifiedNameSyntax name => (LastOf(name.Left), name.Right.Identifier.ValueText),
        _ => default,
    }).Where(pair => pair.Item2 is not null);

    private static string LastOf(SyntaxNode node) => node switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        QualifiedNameSyntax name => name.Right.Identifier.ValueText,
        _ => "",
    };
}
