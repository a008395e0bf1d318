using System.Text.RegularExpressions;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Verification;

/// <summary>Which identities, or issuers, a policy accepts.</summary>
public sealed class NamePattern
{
    private readonly Func<string, bool> _accepts;
    private readonly string _text;

    private NamePattern(Func<string, bool> accepts, string text)
    {
        _accepts = accepts;
        _text = text;
    }

    /// <summary>Whatever it is: for telling who signed, not for trusting it.</summary>
    public static NamePattern Anything { get; } = new(_ => true, "anything");

    /// <summary>One name, by every character.</summary>
    public static NamePattern Exactly(string name) => string.IsNullOrEmpty(name)
        ? throw new SigstoreFormatException("The name to accept is empty.")
        : new NamePattern(other => other == name, Words.Quote(name));

    /// <summary>All names that a regular expression matches from the first to the last character; it runs without backtracking.</summary>
    /// <exception cref="SigstoreFormatException">It is none, or needs backtracking.</exception>
    public static NamePattern Matching(string pattern)
    {
        if (string.IsNullOrEmpty(pattern)) throw new SigstoreFormatException("The regular expression of names to accept is empty.");
        const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        try
        {
            // Alone first: a pattern such as "a)|(b" would close the group around it.
            _ = new Regex(pattern, Options);
            var whole = new Regex($@"\A(?:{pattern})\z", Options);
            return new NamePattern(whole.IsMatch, $"a match of {Words.Quote(pattern)}");
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            throw new SigstoreFormatException($"{Words.Quote(pattern)} is no regular expression that runs without backtracking: {problem.Message}", problem);
        }
    }

    /// <summary>Whether a name is accepted.</summary>
    public bool Accepts(string name) => _accepts(name);

    /// <inheritdoc/>
    public override string ToString() => _text;
}
